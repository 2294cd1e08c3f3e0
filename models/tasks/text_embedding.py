"""Text embeddings: unit vectors whose cosine says how alike two texts are, trained on pairs that belong together."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pydantic
from typing_extensions import override

from models.tasks.answers.embedding import Embedding
from models.tasks.interface.batch import Request, TrainingBatch
from models.tasks.interface.cell import number_cell, text_cell
from models.tasks.interface.contract import Column, Feature, Features
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.options import TaskOptions
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task
from models.user_error import UserError

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder

_PAIR = ("text", "text_pair")
_PAIR_ANSWERS = ("similarity", "embedding", "pair_embedding", "text_id", "pair_id")
_NUM_SHOWN = 4


class TextEmbeddingOptions(TaskOptions):
    """How texts become vectors, and which pairs belong together."""

    pooling: Literal["mean", "cls", "max"] = pydantic.Field(
        default="mean",
        description="What becomes of a text's word pieces: the mean or the largest of each value, or `[CLS]` alone.",
    )
    temperature: float = pydantic.Field(
        default=0.05,
        ge=0.001,
        le=1,
        description="Divides the cosines in the loss; the lower, the more the most similar wrong texts count.",
    )
    positive_score: float | None = pydantic.Field(
        default=None,
        description="The score from which on a pair belongs together; needed where the train split has scores. Pairs "
        "below it are not trained on as such, but their texts are wrong answers for the others. Pairs without a score "
        "always belong together.",
    )
    monitor: Literal["spearman", "mrr", "accuracy_at_1"] = pydantic.Field(
        default="spearman",
        description="The metric of the eval split that chooses the best epoch. `spearman` needs scores there; the "
        "other two say how well a text finds its own pair.",
    )


class TextEmbedding(Task):
    """Gives each text a unit vector, so that the dot product of two says how alike they are.

    Trained on pairs of texts that belong together, each against the other texts of its batch: a larger
    `training.batch_size` is a harder and better exercise. There is no layer besides the preset's: `model.dropout`
    changes nothing, and training never ends with a model that is worse on the eval split than the preset as it is.
    """

    name: ClassVar[str] = "text_embedding"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=True, description="A text."),
        Column("text_pair", "text", required=True, description="A text that belongs to it, or that is compared."),
        Column("score", "label", required=False, description="How alike the two are: any finite number, or empty."),
    )
    monitor: ClassVar[Monitor] = Monitor("spearman", "max")
    options_class: ClassVar[type[TaskOptions]] = TextEmbeddingOptions
    label_feature: ClassVar[str | None] = None
    keeps_start: ClassVar[bool] = True

    options: TextEmbeddingOptions

    @override
    def features(self) -> tuple[Feature, ...]:
        texts = tuple(Feature(name, "text") for name in _PAIR)
        return (*texts, Feature("score", "label", kind="number", required=False))

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        texts: Features = {name: text_cell(row, name) for name in _PAIR}
        score = row.get("score")
        is_empty = score is None or (isinstance(score, str) and not score.strip())
        return texts if is_empty else {**texts, "score": number_cell(row, "score")}

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        vector = answer["embedding"]
        shown = " ".join(f"{value:+.4f}" for value in vector[:_NUM_SHOWN])
        return f"{shown} … ({len(vector)} numbers)\t{row['text']}"

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> Embedding:
        return Embedding(tuple(answer["embedding"]))

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        from models.text_pairs.text_ids import text_ids

        packed = {"token_ids": encoder.encode(texts["text"])["token_ids"]}
        if "text_pair" in texts:
            packed["pair_token_ids"] = encoder.encode(texts["text_pair"])["token_ids"]
            packed["text_id"] = text_ids(packed["token_ids"])
            packed["pair_id"] = text_ids(packed["pair_token_ids"])
        return packed

    @override
    def pack_labels(self, labels: "Tensors", packed: "Tensors", encoder: "TextEncoder") -> dict[str, Any]:
        import tensorflow as tf

        # No file has scores: no example has the feature.
        unknown = tf.fill([packed["token_ids"].nrows()], math.nan)
        return {"score": labels.get("score", unknown)}

    @override
    def windows(self, packed: "Tensors", encoder: "TextEncoder") -> "Tensors":
        if "pair_token_ids" not in packed:
            return packed
        from models.text_pairs.in_turns import in_turns

        return {**packed, "token_ids": in_turns(packed["token_ids"], packed["pair_token_ids"])}

    @override
    def row_lengths(self, rows: "Tensors") -> "tf.Tensor":
        import tensorflow as tf

        return tf.maximum(rows["token_ids"].row_lengths(), rows["pair_token_ids"].row_lengths())

    @override
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        from models.networks.embedder import build_embedder

        return build_embedder(backbone, self.options.pooling)

    @override
    def measure(self, rows: Iterable["Tensors"], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        from models.text_pairs.check_scores import check_scores

        check_scores((block["score"].numpy() for block in rows), self.options.positive_score)
        return {}

    @override
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        import tensorflow as tf

        # Hashes would not survive the float32 that Keras makes of targets.
        _, numbers = tf.unique(tf.concat([rows["text_id"], rows["pair_id"]], axis=0))
        text, pair = tf.split(tf.cast(numbers, tf.float32), 2)
        score, least = rows["score"], self.options.positive_score
        belongs = tf.math.is_nan(score) | (score >= (math.inf if least is None else least))
        weights = tf.cast(belongs, tf.float32)
        return TrainingBatch(inputs, tf.stack([text, pair, weights], axis=1), weights)

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss":
        from models.networks.contrastive_loss import ContrastiveLoss

        return ContrastiveLoss(self.options.temperature)

    @override
    def build_metrics(self, facts: Facts) -> list["keras.metrics.Metric"]:
        import keras

        from models.networks.contrastive_loss import share_of_nearest

        return [keras.metrics.MeanMetricWrapper(share_of_nearest, name="accuracy_in_batch")]

    @override
    def chosen_monitor(self) -> Monitor:
        return Monitor(self.options.monitor, "max")

    @override
    def whole_split_metrics(self, predictions: Iterable[tuple[Any, Request]], facts: Facts) -> Mapping[str, float]:
        from models.text_pairs.pair_metrics import pair_metrics

        rows = ((self.answers_to(outputs, request, facts), request.packed["score"]) for outputs, request in predictions)
        metrics = pair_metrics(rows, self.options.positive_score)
        if math.isnan(metrics[self.options.monitor]):
            raise UserError(_why_not_judged(self.options))
        return metrics

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        return {"embedding": outputs}

    @override
    def answers_to(self, outputs: Any, request: Request, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`embedding` float32 [batch, width].

        For two texts also `pair_embedding`, their cosine `similarity` float32 [batch], and `text_id` and `pair_id`
        int64 [batch], which are equal for texts of equal word pieces.
        """
        if "pair_token_ids" not in request.packed:
            return self.answers(outputs, facts)
        import tensorflow as tf

        embedding, pair_embedding = outputs[::2], outputs[1::2]
        return {
            "similarity": tf.reduce_sum(embedding * pair_embedding, axis=-1),
            "embedding": embedding,
            "pair_embedding": pair_embedding,
            "text_id": request.packed["text_id"],
            "pair_id": request.packed["pair_id"],
        }

    @override
    def signatures(self) -> Mapping[str, Signature]:
        return {
            "serving_default": Signature(("text",)),
            "serve_examples": Signature(("text",), input_name="examples"),
            "compare": Signature(_PAIR, answers=("similarity",)),
            "compare_examples": Signature(_PAIR, input_name="examples", answers=_PAIR_ANSWERS),
        }

    @override
    def evaluation(self) -> Evaluation:
        belongs = {"positive_score": self.options.positive_score}
        return Evaluation(
            label_key="score",
            prediction_key="similarity",
            metrics={
                "spearman": EvaluationMetric("models.metrics.spearman.Spearman", bounds=(-1, 1)),
                "pearson": EvaluationMetric("models.metrics.pearson.Pearson", bounds=(-1, 1)),
                "mrr": EvaluationMetric("models.metrics.pair_retrieval.MeanReciprocalRank", config=belongs),
                "accuracy_at_1": EvaluationMetric("models.metrics.pair_retrieval.AccuracyAt1", config=belongs),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
            signature="compare_examples",
        )

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        """Scores have units of their own: they can be drawn against similarities, but not compared with them."""
        true, similarity = row.true_number(), row.answers["similarity"].item()
        if math.isnan(true):
            return None
        return JudgedRow(f"{true:g}", f"{similarity:.4f}", 0.0, numbers=(true, similarity))


def _why_not_judged(options: TextEmbeddingOptions) -> str:
    if options.monitor == "spearman":
        return (
            "task_options.monitor: spearman cannot choose the best epoch, since the eval split has no two different "
            "scores; give its pairs scores, or set task_options.monitor to mrr"
        )
    return (
        f"task_options.monitor: {options.monitor} cannot choose the best epoch, since no pair of the eval split is"
        " known to belong together; leave the scores of such pairs empty, or lower task_options.positive_score"
    )


TASK = TextEmbedding
