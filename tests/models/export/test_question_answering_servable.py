"""Questions through an exported model, beside the same by plain Python on the network's outputs."""

import json
import pathlib
import unicodedata
from collections.abc import Sequence
from typing import Any

import apache_beam as beam
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from models.export.in_parts import ROWS_PER_PART
from models.export.servable import Servable
from models.preprocessing import Preprocessing, preprocessing_fn
from models.presets import load_backbone, load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.facts import Facts
from models.tasks.question_answering import QuestionAnswering, QuestionAnsweringOptions
from models.tokenisation.text_encoder import TextEncoder

LENGTH = 32
OPTIONS = QuestionAnsweringOptions(question_length=6, overlap=10, max_answer_length=7, n_best=4)
TASK = QuestionAnswering(OPTIONS)
THRESHOLD = -0.5
RAW_SPEC = {
    "question": tf.io.FixedLenFeature([1], tf.string),
    "context": tf.io.FixedLenFeature([1], tf.string),
    "answers": tf.io.VarLenFeature(tf.string),
}
ODD = [
    ("", "a great film"),
    ("what ?", ""),
    ("", ""),
    ("\u200b", "good"),
    ("good", "\u200b\u0301"),
    ("very " * 50, "food " * 3),
    ("good ?", "cafe\u0301 गुरु ❤\ufe0f film\u0323\u0308 a\u0301"),
    ("今天", "今天天气很好。👍🏽 the 한국 fööd 👩‍👩‍👧‍👦 was good"),
]


@pytest.fixture(scope="module")
def transform_output(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> tft.TFTransformOutput:
    folder = tmp_path_factory.mktemp("transform")
    chosen = ChosenTask.of("question_answering", OPTIONS.model_dump(), [])
    settings = Preprocessing(chosen.to_json(), tiny_preset, LENGTH)
    metadata = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(RAW_SPEC))
    with tft_beam.Context(temp_dir=str(folder / "temporary")), beam.Pipeline(runner=FnApiRunner()) as pipeline:
        rows = pipeline | beam.Create([{"question": ["what"], "context": ["the film"], "answers": ["4 film"]}])
        transform_fn = (rows, metadata) | tft_beam.AnalyzeDataset(
            lambda inputs: preprocessing_fn(inputs, settings.to_custom_config())
        )
        _ = transform_fn | tft_beam.WriteTransformFn(str(folder / "output"))
        _ = metadata | tft_beam.WriteMetadata(str(folder / "output" / "metadata"), pipeline)
    return tft.TFTransformOutput(str(folder / "output"))


@pytest.fixture(scope="module")
def signatures(tiny_preset: str, transform_output: tft.TFTransformOutput, tmp_path_factory: Any) -> Any:
    facts = Facts(load_vocabulary(tiny_preset), numbers={"no_answer_threshold": (THRESHOLD,)})
    network = TASK.build_network(load_backbone(tiny_preset, "float32"), facts, dropout=0.5)
    for variable in network.trainable_variables:
        variable.assign(variable + np.random.default_rng(5).normal(0, 0.3, variable.shape).astype("float32"))
    folder = str(tmp_path_factory.mktemp("model") / "1")
    servable = Servable(TASK, facts, network, transform_output, TextEncoder(facts.vocabulary, LENGTH))
    tf.saved_model.save(servable, folder, signatures=servable.signatures())
    model = tf.saved_model.load(folder)
    # A signature does not keep its model alive.
    model.signatures["serving_default"].model = model
    return model.signatures


class Offline:
    """Cuts windows and looks for spans in plain Python; the exported network gives the logits of token ids."""

    def __init__(self, tiny_preset: str, serve_tokens: Any) -> None:
        self._encoder = TextEncoder(load_vocabulary(tiny_preset), LENGTH)
        self._serve_tokens = serve_tokens

    def answer(self, rows: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """What is served for a batch of questions and contexts."""
        questions = self._encoder.tokenize(tf.constant([question for question, _ in rows])).to_list()
        contexts = self._encoder.tokenize_with_offsets(tf.constant([context for _, context in rows]))
        ids, starts, ends = (each.to_list() for each in contexts[:3])
        windows = [
            (text, start, *self._row(questions[text], ids[text], start))
            for text in range(len(rows))
            for start in self._starts(questions[text], ids[text])
        ]
        logits = self._logits([window[2] for window in windows], [window[3] for window in windows])
        answers = []
        for text, (_, context) in enumerate(rows):
            own = [(window, logit) for window, logit in zip(windows, logits, strict=True) if window[0] == text]
            answers.append(self._decoded(own, context, starts[text], ends[text]))
        return answers

    def _starts(self, question: list[int], context: list[int]) -> list[int]:
        room = LENGTH - 3 - len(question[: OPTIONS.question_length])
        starts = [0]
        while question and starts[-1] + room < len(context):
            starts.append(min(starts[-1] + room - OPTIONS.overlap, len(context) - room))
        return starts

    def _row(self, question: list[int], context: list[int], start: int) -> tuple[list[int], int]:
        """Token ids of a window and the column of its first piece."""
        vocabulary = self._encoder.vocabulary
        asked = question[: OPTIONS.question_length]
        shown = context[start : start + LENGTH - 3 - len(asked)] if question else []
        row = [vocabulary.start_id, *asked, vocabulary.end_id, *shown, vocabulary.end_id]
        return row, len(asked) + 2

    def _logits(self, rows: list[list[int]], first_columns: list[int]) -> np.ndarray:
        """In parts, and as wide, as the served graph computes them: other shapes give other last digits."""
        width = max(map(len, rows))
        token_ids, segment_ids, padding_mask = (np.zeros([len(rows), width], np.int32) for _ in range(3))
        for index, (row, first_column) in enumerate(zip(rows, first_columns, strict=True)):
            token_ids[index, : len(row)] = row
            segment_ids[index, first_column : len(row)] = 1
            padding_mask[index, : len(row)] = 1
        parts = []
        for start in range(0, len(rows), ROWS_PER_PART):
            part = slice(start, start + ROWS_PER_PART)
            served = self._serve_tokens(
                token_ids=tf.constant(token_ids[part]),
                segment_ids=tf.constant(segment_ids[part]),
                padding_mask=tf.constant(padding_mask[part]),
            )
            parts.append(np.stack([served["start_logits"], served["end_logits"]], axis=-1))
        return np.concatenate(parts)

    def _decoded(self, windows: list[Any], context: str, starts: list[int], ends: list[int]) -> dict[str, Any]:
        best: dict[tuple[int, int], np.float32] = {}
        for (_, start, row, first_column), logits in windows:
            for first in range(first_column, len(row) - 1):
                for last in range(first, min(first + OPTIONS.max_answer_length, len(row) - 1)):
                    span = (first - first_column + start, last - first_column + start)
                    total = logits[first, 0] + logits[last, 1]
                    best[span] = max(best.get(span, total), total)
        spans = sorted(((-total, *span) for span, total in best.items()))[: OPTIONS.n_best]
        null_score = min(logits[0, 0] + logits[0, 1] for _, logits in windows)
        found = [(starts[first], _behind_marks(context, ends[last]), -negative) for negative, first, last in spans]
        found += [(-1, -1, np.float32(-1e9))] * (OPTIONS.n_best - len(found))
        is_answered = found[0][0] >= 0 and null_score - found[0][2] <= THRESHOLD
        answer = found[0] if is_answered else (-1, -1, null_score)
        return {
            "answer": context[answer[0] : answer[1]].encode() if is_answered else b"",
            "start": answer[0],
            "end": answer[1],
            "score": answer[2],
            "no_answer_score": null_score - found[0][2],
            "answers": [context[start:end].encode() if start >= 0 else b"" for start, end, _ in found],
            "starts": [start for start, _, _ in found],
            "ends": [end for _, end, _ in found],
            "scores": [score for _, _, score in found],
        }


def _behind_marks(text: str, end: int) -> int:
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return end


@pytest.fixture(scope="module")
def offline(tiny_preset: str, signatures: Any) -> Offline:
    return Offline(tiny_preset, signatures["serve_tokens"])


def _served(signatures: Any, rows: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    questions, contexts = zip(*rows, strict=True)
    served = signatures["serving_default"](question=tf.constant(questions), context=tf.constant(contexts))
    columns = {name: values.numpy().tolist() for name, values in served.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def test_odd_questions_and_contexts_are_answered_as_offline(signatures: Any, offline: Offline) -> None:
    served = _served(signatures, ODD)
    assert served == offline.answer(ODD)
    assert [answer["answer"] for answer in served[:5]] == [b""] * 5
    assert all(answer["start"] == -1 and answer["answers"] == [b""] * 4 for answer in served[:5])
    assert any("\u0301" in answer.decode() for answer in served[6]["answers"])
    assert served[7]["answers"][0]


def test_a_thousand_questions_of_squad_are_answered_as_offline(
    signatures: Any, offline: Offline, shared_data: pathlib.Path
) -> None:
    document = json.loads((shared_data / "squad" / "dev-v1.1.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for article in document["data"] for paragraph in article["paragraphs"]]
    rows = [(qa["question"], paragraph["context"]) for paragraph in paragraphs for qa in paragraph["qas"]][::10][:1000]
    assert len(rows) == 1000
    num_answered = 0
    for start in range(0, len(rows), 50):
        batch = rows[start : start + 50]
        served = _served(signatures, batch)
        assert served == offline.answer(batch)
        num_answered += sum(answer["start"] >= 0 for answer in served)
    # The threshold parts them.
    assert 100 < num_answered < 900


def test_serialized_examples_are_answered_like_strings(signatures: Any) -> None:
    examples = [
        tf.train.Example(
            features=tf.train.Features(
                feature={
                    name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()]))
                    for name, text in (("question", question), ("context", context), ("answers", "0 x"))
                }
            )
        ).SerializeToString()
        for question, context in ODD
    ]
    served = signatures["serve_examples"](examples=tf.constant(examples))
    assert served["answers"].numpy().tolist() == [answer["answers"] for answer in _served(signatures, ODD)]
    assert {name: (values.dtype, values.shape[1:].as_list()) for name, values in served.items()} == {
        "answer": (tf.string, []),
        "start": (tf.int32, []),
        "end": (tf.int32, []),
        "score": (tf.float32, []),
        "no_answer_score": (tf.float32, []),
        "answers": (tf.string, [4]),
        "starts": (tf.int32, [4]),
        "ends": (tf.int32, [4]),
        "scores": (tf.float32, [4]),
    }


def test_an_empty_batch_has_empty_answers(signatures: Any) -> None:
    none = tf.constant([], tf.string)
    served = signatures["serving_default"](question=none, context=none)
    assert {name: values.shape[0] for name, values in served.items()} == dict.fromkeys(served, 0)
    assert served["answers"].shape == (0, 4)


def test_a_context_of_fifty_thousand_characters(signatures: Any, offline: Offline) -> None:
    words = ["the", "film", "was", "good", "👍", "very", "fööd", "bad."]
    numbers = np.random.default_rng(3)
    context = " ".join(numbers.choice(words, 12_000))
    assert len(context) > 50_000
    rows = [("what was good ?", context), ("what ?", "the film")]
    assert _served(signatures, rows) == offline.answer(rows)
