"""Named entity recognition: entities of a text, with their types and places."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from typing_extensions import override

from models.named_entities.check_spans import check_spans
from models.named_entities.entity_strings import entity_string, parse_entity
from models.named_entities.iob2_tags import iob2_tags
from models.named_entities.spans_of_words import LabelledText, spans_of_words
from models.tasks.answers.entities import Entities, FoundEntity
from models.tasks.interface.batch import Request, TrainingBatch
from models.tasks.interface.cell import text_cell
from models.tasks.interface.contract import Column, Feature, Features, RowError
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.options import TaskOptions
from models.tasks.interface.task import Task
from models.tasks.interface.watched_answer import WatchedAnswer

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder


class TokenClassificationOptions(TaskOptions):
    """How long texts are read."""

    overlap: float = pydantic.Field(
        default=0.25,
        ge=0,
        le=0.75,
        description="Texts longer than `model.sequence_length` are read in windows: which part of a window the next "
        "one reads again, so that every word is seen with what surrounds it.",
    )


class TokenClassification(Task):
    """Finds the named entities of a text of any length, with their types and their places in characters.

    Learns from CoNLL files, whose words are joined by single spaces, or from texts with entities as
    `{"start": 0, "end": 5, "type": "PER"}`, the end behind the last character. Entities do not overlap.
    """

    name: ClassVar[str] = "token_classification"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=False, description="The text; CoNLL files have `words` instead."),
        Column("entities", "label", required=False, description="With `text`: the list of its entities."),
        Column("words", "label", required=False, description="The words of a sentence: a list of strings."),
        Column(
            "tags",
            "label",
            required=False,
            description="With `words`: a tag for each, in IOB1, IOB2, BIOES, BILOU or BMES.",
        ),
    )
    monitor: ClassVar[Monitor] = Monitor("entity_f1", "max")
    options_class: ClassVar[type[TaskOptions]] = TokenClassificationOptions
    label_feature: ClassVar[str | None] = None
    min_labels: ClassVar[int] = 1
    cuts_windows: ClassVar[bool] = True

    options: TokenClassificationOptions

    @override
    def features(self) -> tuple[Feature, ...]:
        return Feature("text", "text"), Feature("entities", "label", kind="strings", required=False)

    @override
    def fault_of_columns(self, names: Collection[str]) -> str | None:
        if {"text", "entities"} <= set(names) or {"words", "tags"} <= set(names):
            return None
        return "the task needs the columns `text` and `entities`, or `words` and `tags`."

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        try:
            text, entities = _labelled_text(row)
        except RowError:
            raise
        except ValueError as error:
            raise RowError(str(error)) from error
        return {"text": text.encode(), "entities": tuple(map(entity_string, entities))}

    @override
    def label_values(self, features: Features) -> tuple[bytes, ...]:
        entities = features.get("entities")
        strings = entities if isinstance(entities, tuple) else ()
        return tuple(parse_entity(string).type.encode() for string in strings)

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        entities = [
            f"{entity['type']} {entity['text']} {entity['start']}-{entity['end']} {entity['score']:.3f}"
            for entity in self.plain_answer(answer)["entities"]
        ]
        return f"{'; '.join(entities) or '(none)'}\t{row['text']}"

    @override
    def plain_answer(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        columns = (answer[name][: answer["num_entities"]] for name in ("types", "texts", "starts", "ends", "scores"))
        names = ("type", "text", "start", "end", "score")
        return {"entities": [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]}

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> Entities:
        return Entities(tuple(FoundEntity(**entity) for entity in self.plain_answer(answer)["entities"]))

    @override
    def watched_answer(self, answer: Mapping[str, Any]) -> WatchedAnswer:
        if not {"types", "num_entities"} <= answer.keys():
            return WatchedAnswer()
        return WatchedAnswer(labels=tuple(sorted(set(answer["types"][: answer["num_entities"]]))))

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        ids, starts, ends, begins_word = encoder.tokenize_with_offsets(texts["text"])
        return {"token_ids": ids, "starts": starts, "ends": ends, "begins_word": begins_word}

    @override
    def pack_labels(self, labels: "Tensors", packed: "Tensors", encoder: "TextEncoder") -> dict[str, Any]:
        from models.named_entities.piece_tags import piece_tags

        return {"tags": piece_tags(labels["entities"], packed)}

    @override
    def label_names(self, labels: "Tensors") -> "tf.Tensor":
        from models.named_entities.entity_strings import parse_entities

        return parse_entities(labels["entities"].values).type

    @override
    def windows(self, packed: "Tensors", encoder: "TextEncoder") -> "Tensors":
        from models.named_entities.piece_windows import cut_pieces

        return cut_pieces(packed, encoder, self.options.overlap)

    @override
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        from models.networks.token_classifier import build_token_classifier

        return build_token_classifier(backbone, num_outputs=len(iob2_tags(facts.labels)), dropout=dropout)

    @override
    def label_units(self, labels: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        from models.networks.token_classifier import LOGITS

        return {LOGITS: iob2_tags(labels)}

    @override
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        from models.named_entities.tag_targets import tag_targets

        return TrainingBatch(inputs, *tag_targets(rows["tags"], facts.labels, inputs["token_ids"]))

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss":
        import keras

        # A mean over the words of a batch, however they are spread over its texts.
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")

    @override
    def build_metrics(self, facts: Facts) -> list["keras.metrics.Metric"]:
        from models.networks.entity_f1 import EntityF1

        return [EntityF1(name="entity_f1")]

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`tags` string, the likeliest of each piece by itself, and `scores` float32, both [batch, length]."""
        import tensorflow as tf

        scores = tf.nn.softmax(outputs)
        tags = tf.gather(tf.constant(iob2_tags(facts.labels)), tf.argmax(scores, axis=-1))
        return {"tags": tags, "scores": tf.reduce_max(scores, axis=-1)}

    @override
    def answers_to(self, outputs: Any, request: Request, facts: Facts) -> dict[str, "tf.Tensor"]:
        """The entities in the order of their places, each [batch, most entities of a text].

        `types` and `texts` string, padded with ""; `starts` and `ends` int32, in characters, padded with -1; `scores`
        float32, the mean probability of the tags of the entity's words, padded with 0; `num_entities` int32 [batch].
        """
        import tensorflow as tf

        from models.named_entities.decode_entities import decode_entities
        from models.named_entities.piece_windows import join_windows

        logits = join_windows(outputs, request.rows, request.packed["token_ids"])
        entities = decode_entities(logits, request.packed, request.texts["text"], facts.labels)
        padding = {"starts": -1, "ends": -1}
        padded = {name: each.to_tensor(padding.get(name)) for name, each in entities._asdict().items()}
        return {**padded, "num_entities": tf.cast(entities.types.row_lengths(), tf.int32)}

    @override
    def evaluation(self) -> Evaluation:
        def metric(name: str, higher_is_better: bool | None = True) -> EvaluationMetric:
            return EvaluationMetric(f"models.metrics.entity_f1.{name}", higher_is_better, by_label=True)

        return Evaluation(
            label_key="entities",
            # The entities of a row are in several answers.
            prediction_key="",
            metrics={
                "f1": metric("EntityF1"),
                "precision": metric("EntityPrecision"),
                "recall": metric("EntityRecall"),
                "num_entities": metric("NumEntities", higher_is_better=None),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
        )

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        from models.named_entities.judged_entities import judged_entities

        return judged_entities(row)


def _labelled_text(row: Mapping[str, Any]) -> LabelledText:
    if row.get("words") is None or (row.get("text") is not None and row.get("entities") is not None):
        text = text_cell(row, "text").decode()
        return LabelledText(text, check_spans(text, _present(row, "entities")))
    labelled = spans_of_words(row["words"], _present(row, "tags"))
    if not labelled.text.strip():
        raise RowError("words are empty")
    return labelled


def _present(row: Mapping[str, Any], column: str) -> Any:
    if row.get(column) is None:
        raise RowError(f"{column} is missing")
    return row[column]


TASK = TokenClassification
