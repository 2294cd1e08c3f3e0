"""Pre-training: hidden pieces of documents are guessed, and whether one segment follows another."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from models.pretraining.options import PretrainingOptions
from models.pretraining.word_pieces import word_pieces
from models.tasks.answers.filled_text import FilledText, Guess
from models.tasks.interface.batch import Request, TrainingBatch
from models.tasks.interface.cell import text_cell
from models.tasks.interface.contract import Column, Feature, Features
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.options import TaskOptions
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.pretraining.masking import Masking
    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder

PRESET_FOLDER = "preset"
"""The folder in the model's `assets.extra` that holds the preset."""

_EVALUATION = "evaluate_examples"
_EVALUATION_SEED = 0
"""As in training, whose batches for evaluation have it too: what is hidden in a text is the same in both."""
_RATIO = "models.metrics.sum_ratio.SumRatio"


class MaskedLM(Task):
    """Learns a language from plain documents; what it leaves is a preset for the other tasks, and fills in `[MASK]`.

    Its metrics count word pieces: with another vocabulary a candidate is not compared with the model in service.
    """

    name: ClassVar[str] = "masked_lm"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=True, description="A document, in lines of one or several sentences."),
    )
    monitor: ClassVar[Monitor] = Monitor("mlm_perplexity", "min")
    options_class: ClassVar[type[TaskOptions]] = PretrainingOptions
    options: PretrainingOptions
    label_feature: ClassVar[str | None] = None
    expands_rows: ClassVar[bool] = True
    needs_word_pieces: ClassVar[bool] = True
    judges_pieces: ClassVar[bool] = True

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        return {"text": text_cell(row, "text")}

    @override
    def features(self) -> tuple[Feature, ...]:
        if not self.options.next_sentence:
            return (Feature("text", "text"),)
        return (Feature("text", "text"), Feature("text_pair", "text"), Feature("relation", "label"))

    @override
    def expand(self, rows: Sequence[Features], encoder: "TextEncoder") -> Iterable[Features]:
        from models.pretraining.expand_documents import expand_documents

        return expand_documents(rows, encoder, self.options)

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        guesses = [
            " ".join(f"{token} {score:.3f}" for token, score in zip(tokens, scores, strict=True))
            for tokens, scores in zip(answer["tokens"], answer["scores"], strict=True)
            if tokens[0]
        ]
        return f"{answer['filled']}\t{' | '.join(guesses) or 'no [MASK]'}"

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> FilledText:
        masks = zip(answer["tokens"], answer["scores"], strict=True)
        # Masks of other texts of the batch are filled up with empty tokens.
        guesses = [tuple(map(Guess, tokens, scores)) for tokens, scores in masks if tokens[0]]
        return FilledText(answer["filled"], tuple(guesses))

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        from models.pretraining.fill_mask import tokenize_masked
        from models.pretraining.pack_segments import pack_segments

        return pack_segments([tokenize_masked(texts[name], encoder) for name in self.text_columns()], encoder)

    @override
    def measure(self, rows: Iterable["Tensors"], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        from models.pretraining.check_relations import check_relations

        if self.options.next_sentence:
            check_relations(block["relation"] for block in rows)
        return {}

    @override
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        # BERT has no dropout before these heads.
        from models.networks.masked_lm import build_masked_lm

        return build_masked_lm(backbone, self.options.next_sentence)

    @override
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        import tensorflow as tf

        from models.pretraining.relations import relation_ids

        # Of the seed the part that says which epoch: which batch a row is in must not matter.
        masked = self._masking(facts).mask(inputs, seed[0])
        targets, weights = {"mlm": masked.targets}, {"mlm": masked.weights}
        if self.options.next_sentence:
            targets["nsp"] = relation_ids(rows["relation"])
            weights["nsp"] = tf.ones_like(targets["nsp"], tf.float32)
        return TrainingBatch(masked.network_inputs(inputs), targets, weights)

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> dict[str, "keras.losses.Loss"]:
        import keras

        # Over all guesses of a batch: rows have different numbers of them.
        outputs = ["mlm", "nsp"] if self.options.next_sentence else ["mlm"]
        return {
            output: keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
            for output in outputs
        }

    @override
    def build_metrics(self, facts: Facts) -> dict[str, list["keras.metrics.Metric"]]:
        import keras
        from keras_hub.metrics import Perplexity

        # Keras puts the output's name before a metric's where there are several outputs, and only there.
        prefix = "" if self.options.next_sentence else "mlm_"
        metrics: dict[str, list[keras.metrics.Metric]] = {
            "mlm": [
                keras.metrics.SparseCategoricalAccuracy(name=f"{prefix}accuracy"),
                Perplexity(from_logits=True, name=f"{prefix}perplexity"),
            ]
        }
        if self.options.next_sentence:
            metrics["nsp"] = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
        return metrics

    @override
    def serving_inputs(self, inputs: Mapping[str, "tf.Tensor"], facts: Facts, signature: str) -> Mapping[str, Any]:
        from models.pretraining.fill_mask import mask_positions

        if signature == _EVALUATION:
            return self._masking(facts).mask(inputs, _EVALUATION_SEED).network_inputs(inputs)
        return {**inputs, "mask_positions": mask_positions(inputs["token_ids"], facts.vocabulary.mask_id)}

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`tokens` string and `scores` float32 [rows, most masks of a row, top_k], void beyond a row's own masks."""
        from models.pretraining.fill_mask import guesses

        return guesses(outputs["mlm"], word_pieces(facts.vocabulary), self.options.top_k)

    @override
    def answers_to(self, outputs: Any, request: Request, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`tokens` and `scores`, empty beyond a text's masks, and `filled`, string [batch]; sums for the evaluation."""
        from models.pretraining.fill_mask import answers_to_masks

        if request.signature == _EVALUATION:
            return self._sums(outputs, request, facts)
        return answers_to_masks(request.texts["text"], request.inputs["mask_positions"], self.answers(outputs, facts))

    def _sums(self, outputs: Any, request: Request, facts: Facts) -> dict[str, "tf.Tensor"]:
        from models.network_inputs import network_inputs
        from models.pretraining.guess_sums import guess_sums, relation_sums
        from models.pretraining.relations import relation_ids

        masked = self._masking(facts).mask(network_inputs(request.rows), _EVALUATION_SEED)
        sums = guess_sums(outputs["mlm"], masked)
        if self.options.next_sentence:
            sums |= relation_sums(outputs["nsp"], relation_ids(request.texts["relation"]))
        return sums

    @override
    def signatures(self) -> Mapping[str, Signature]:
        others = self.text_columns()[1:]
        columns = tuple(feature.name for feature in self.features())
        return {
            "serving_default": Signature(("text",), empty_columns=others),
            "serve_examples": Signature(("text",), input_name="examples", empty_columns=others),
            _EVALUATION: Signature(columns, input_name="examples"),
        }

    @override
    def write_assets(self, network: "keras.Model", facts: Facts, folder: str) -> None:
        from models.pretraining.preset_assets import write_preset

        write_preset(network, word_pieces(facts.vocabulary), f"{folder}/{PRESET_FOLDER}")

    @override
    def evaluation(self) -> Evaluation:
        guesses = {"numerator": "mlm_hits", "denominator": "mlm_count"}
        losses = {"numerator": "mlm_loss", "denominator": "mlm_count"}
        metrics = {
            "masked_accuracy": EvaluationMetric(_RATIO, config=guesses),
            "perplexity": EvaluationMetric(
                _RATIO, higher_is_better=False, config={**losses, "exponential": True}, bounds=(1, math.inf)
            ),
            "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
        }
        if self.options.next_sentence:
            relations = {"numerator": "nsp_hits", "denominator": "nsp_count"}
            metrics["next_sentence_accuracy"] = EvaluationMetric(_RATIO, config=relations)
        # The truth is in the text itself, and the model hides it: TFMA wants some column all the same.
        return Evaluation(label_key="text", prediction_key="", metrics=metrics, signature=_EVALUATION)

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        """The error is the mean loss of the row's guesses."""
        num_guesses, hits = (int(row.answers[name].item()) for name in ("mlm_count", "mlm_hits"))
        if not num_guesses:
            return None
        loss = row.answers["mlm_loss"].item() / num_guesses
        return JudgedRow(f"{num_guesses} hidden pieces", f"{hits} guessed, perplexity {math.exp(loss):.4g}", loss)

    def _masking(self, facts: Facts) -> "Masking":
        from models.pretraining.masking import Masking

        return Masking(word_pieces(facts.vocabulary), self.options.masked_fraction, self.options.whole_words)


TASK = MaskedLM
