"""Extractive question answering: the part of a context that answers a question, or that none does."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pydantic
from typing_extensions import override

from models.question_answering.limits import NUM_SPECIAL_TOKENS
from models.question_answering.parse_answers import parse_answers
from models.tasks.answers.extracted_answer import ContextSpan, ExtractedAnswer
from models.tasks.interface.batch import Request, TrainingBatch
from models.tasks.interface.cell import text_cell
from models.tasks.interface.contract import Column, Feature, Features
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

    from models.question_answering.best_spans import BestSpans
    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder

_SCORE = "models.metrics.squad.SquadScore"
_THRESHOLD = "no_answer_threshold"
_NUM_UNANSWERABLE = "num_unanswerable"


class QuestionAnsweringOptions(TaskOptions):
    """How contexts are cut into windows, and which answers are served."""

    question_length: int = pydantic.Field(
        default=64, ge=1, description="Word pieces that are read of a question; what is longer is cut at its end."
    )
    overlap: int = pydantic.Field(
        default=128, ge=0, description="Word pieces that neighbouring windows of a long context share at least."
    )
    max_answer_length: int = pydantic.Field(default=30, ge=1, description="The longest answer served, in word pieces.")
    n_best: int = pydantic.Field(default=5, ge=1, le=100, description="How many answers are served, best first.")


class QuestionAnswering(Task):
    """Answers a question with a part of its context, however long that is, or tells that none does.

    Reads SQuAD 1.1 and 2.0, and rows with these columns; all questions on a context fall into one split. Contexts are
    cut into overlapping windows inside the model. `exact_match` and `f1` follow SQuAD's official rules, from 0 to 1:
    words are what white space parts, so that f1 is hardly more than exact_match for Chinese, Japanese or Thai.
    `has_answer_…` are those of questions with an answer; `no_answer_accuracy` is the share of the others that are not
    answered. `span_f1`, by which the best epoch is chosen, is an F1 of word pieces, window by window.
    """

    name: ClassVar[str] = "question_answering"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("question", "text", required=True, description="The question."),
        Column("context", "text", required=True, description="The text that the answer is a part of, of any length."),
        Column(
            "answers",
            "label",
            required=True,
            description='Accepted answers, a list of `{"text": …, "answer_start": …}` or a mapping of such two lists, '
            "with starts in characters; none where there is no answer. Training reads the first one.",
        ),
        Column("is_impossible", "label", required=False, description="Whether there is no answer; must fit `answers`."),
    )
    monitor: ClassVar[Monitor] = Monitor("span_f1", "max")
    label_feature: ClassVar[str | None] = None
    options_class: ClassVar[type[TaskOptions]] = QuestionAnsweringOptions
    cuts_windows: ClassVar[bool] = True

    @property
    def _settings(self) -> QuestionAnsweringOptions:
        return cast("QuestionAnsweringOptions", self.options)

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        question, context = text_cell(row, "question"), text_cell(row, "context")
        answers = parse_answers(row.get("answers"), row.get("is_impossible"), context.decode())
        return {
            "question": question,
            "context": context,
            "answers": tuple(answer.to_bytes() for answer in answers),
        }

    @override
    def features(self) -> tuple[Feature, ...]:
        return (
            Feature("question", "text"),
            Feature("context", "text"),
            Feature("answers", "label", "strings", required=False),
        )

    @override
    def fault_of_sequence_length(self, sequence_length: int) -> str | None:
        settings = self._settings
        room = sequence_length - settings.question_length - NUM_SPECIAL_TOKENS
        if room > settings.overlap:
            return None
        return (
            f"overlap: windows of {sequence_length} word pieces (model.sequence_length) hold {max(room, 0)} of the "
            f"context beside a question of {settings.question_length} (question_length) and {NUM_SPECIAL_TOKENS} "
            f"special tokens; that has to be more than their overlap of {settings.overlap}: raise "
            "model.sequence_length, to 384 for instance, or lower overlap or question_length"
        )

    @override
    def content(self, features: Features) -> bytes:
        # All questions on a context belong into one split: their answers tell of each other.
        return cast("bytes", features["context"])

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        return f"{answer['answer'] or '(no answer)'}\t{answer['score']:.3f}\t{row['question']}"

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> ExtractedAnswer:
        columns = (answer[name] for name in ("answers", "starts", "ends", "scores"))
        # Where there are no more parts they are filled up.
        best = tuple(ContextSpan(*values) for values in zip(*columns, strict=True) if values[1] >= 0)
        found = ContextSpan(*(answer[name] for name in ("answer", "start", "end", "score")))
        return ExtractedAnswer(found if found.start >= 0 else None, best, answer["no_answer_score"])

    @override
    def watched_answer(self, answer: Mapping[str, Any]) -> WatchedAnswer:
        # Whether there was an answer; its score has no upper bound.
        start = answer.get("start")
        return WatchedAnswer(labels=None if start is None else ("answered",) * (start >= 0))

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        # With offsets, though those of questions are not needed: so that one graph with one vocabulary does both.
        question = encoder.tokenize_with_offsets(texts["question"])
        context = encoder.tokenize_with_offsets(texts["context"])
        return {
            "question_ids": question.ids,
            "token_ids": context.ids,
            "starts": context.starts,
            "ends": context.ends,
        }

    @override
    def pack_labels(self, labels: "Tensors", packed: "Tensors", encoder: "TextEncoder") -> dict[str, Any]:
        """`first_piece`, `last_piece` of the first answer, -1 for none, and `num_answers`: int64 [batch]."""
        import tensorflow as tf

        from models.question_answering.answer_pieces import answer_pieces

        if "answers" not in labels:
            # No row of the data has one.
            none = tf.zeros_like(packed["starts"].row_lengths())
            return {"first_piece": none - 1, "last_piece": none - 1, "num_answers": none}
        answers = labels["answers"]
        first_answer = tf.squeeze(answers.to_tensor("", shape=[None, 1]), axis=1)
        first_piece, last_piece = answer_pieces(first_answer, packed["starts"], packed["ends"])
        return {"first_piece": first_piece, "last_piece": last_piece, "num_answers": answers.row_lengths()}

    @override
    def windows(self, packed: "Tensors", encoder: "TextEncoder") -> "Tensors":
        from models.question_answering.context_windows import context_windows

        return context_windows(packed, encoder, self._settings.question_length, self._settings.overlap)

    @override
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        from models.networks.span_head import build_span_network

        return build_span_network(backbone, dropout)

    @override
    def measure(self, rows: Iterable["Tensors"], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        number = sum(int((block["num_answers"].numpy() == 0).sum()) for block in rows)
        return {_NUM_UNANSWERABLE: (float(number),)}

    @override
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        return TrainingBatch(inputs, rows["span"])

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss":
        from models.networks.span_head import SpanCrossEntropy

        return SpanCrossEntropy()

    @override
    def build_metrics(self, facts: Facts) -> list["keras.metrics.Metric"]:
        import keras

        from models.networks.span_metrics import exact_span, span_f1

        return [keras.metrics.MeanMetricWrapper(function, name=function.__name__) for function in (span_f1, exact_span)]

    @override
    def calibrate(self, predictions: Iterable[tuple[Any, Request]], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        if not facts.numbers[_NUM_UNANSWERABLE][0]:
            return {}
        from models.question_answering.no_answer_threshold import calibrated_threshold

        threshold = calibrated_threshold(
            (self._best_spans(logits, request), request) for logits, request in predictions
        )
        return {_THRESHOLD: (threshold,)}

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`start_logits` and `end_logits`, float32 [batch, length]: without texts there is no more to tell."""
        return {"start_logits": outputs[..., 0], "end_logits": outputs[..., 1]}

    @override
    def answers_to(self, outputs: Any, request: Request, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`answer` string, `start` and `end` int32, `score` float32, all [batch]: the best part of each context.

        `start` and `end` are characters (code points) of the context as it was given; the score is the sum of the
        logits of its first and last word piece. Where there is no answer these are empty, -1, -1 and the score of that.
        `no_answer_score` float32 [batch] is the score of no answer less that of the best part. If the train split has
        questions without an answer, those above a threshold, which is found on the eval split, are not answered;
        otherwise there is an answer wherever there is a context. `answers` string, `starts` and `ends` int32, `scores`
        float32, all [batch, n_best], are the best parts, whether or not the first is the answer; where there are no
        more they are empty, -1, -1 and -1e9.
        """
        from models.question_answering.served_answers import served_answers

        threshold = facts.numbers.get(_THRESHOLD)
        return served_answers(self._best_spans(outputs, request), request, threshold[0] if threshold else None)

    def _best_spans(self, logits: "tf.Tensor", request: Request) -> "BestSpans":
        import tensorflow as tf

        from models.question_answering.best_spans import WindowPlaces, best_spans

        places = WindowPlaces(*(request.rows[name] for name in WindowPlaces._fields))
        num_texts = request.packed["token_ids"].nrows(tf.int64)
        return best_spans(logits, places, num_texts, self._settings.n_best, self._settings.max_answer_length)

    @override
    def evaluation(self) -> Evaluation:
        scores = {
            f"{prefix}{rule}": EvaluationMetric(_SCORE, config={"rule": rule, "questions": questions})
            for prefix, questions in (("", "all"), ("has_answer_", "with_answer"))
            for rule in ("exact_match", "f1")
        }
        return Evaluation(
            label_key="answers",
            prediction_key="answer",
            metrics={
                **scores,
                # Both scores are the same where there is no answer.
                "no_answer_accuracy": EvaluationMetric(
                    _SCORE, config={"rule": "exact_match", "questions": "without_answer"}
                ),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
        )

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        from models.question_answering.judged_answer import judged_answer

        return judged_answer(row)


TASK = QuestionAnswering
