"""The Trainer's function, stopped and called again."""

import dataclasses
import itertools
import os
import pathlib
import shutil
import time
import types
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft

from components.text_example_gen.example_bytes import example_bytes
from models.config import ModelConfig, TrainingConfig
from models.export.expected_answers import read_expected_answers
from models.export.kept_weights import WEIGHTS_FOLDER, KeptWeights
from models.tasks.interface.chosen_task import ChosenTask
from models.training.progress import Progress
from models.training.run_fn import TrainerSettings, run_fn
from models.training.starting_weights import FoundModel, read_start
from models.training.training_folder import TrainingFolder
from serving.local_model import LocalModel


def _write(path: pathlib.Path, tiny_training: Any, seed: int) -> None:
    path.parent.mkdir()
    inputs, targets = tiny_training.arrays(seed, num_rows=64)
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for ids, target in zip(inputs["token_ids"], targets, strict=True):
            label = tf.train.BytesList(value=[tiny_training.LABELS[target].encode()])
            features = {
                "token_ids$ragged_values": tf.train.Feature(int64_list=tf.train.Int64List(value=ids)),
                "token_ids": tf.train.Feature(int64_list=tf.train.Int64List(value=ids)),
                "label": tf.train.Feature(bytes_list=label),
            }
            writer.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())


def _write_raw(path: pathlib.Path) -> None:
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for number in range(300):
            writer.write(example_bytes({"text": b"good film" + b" very" * (number % 7) + b" %d" % number}))


@pytest.fixture(scope="module")
def arguments(
    tiny_training: Any, tiny_preset: str, transform_output: tft.TFTransformOutput, tmp_path_factory: Any
) -> Any:
    """Makes `fn_args` for a run by its name; all runs are the same training, unless settings differ."""
    folder = tmp_path_factory.mktemp("trainer")
    for split, seed in (("train", 0), ("eval", 1)):
        _write(folder / split / "examples.gz", tiny_training, seed)

    raw = folder / "raw" / "examples.gz"
    _write_raw(raw)

    def make(run: str, **settings: Any) -> Any:
        training = TrainingConfig(**{"epochs": 2, "batch_size": 8, "precision": "float32", **settings})
        model = ModelConfig(preset=tiny_preset, sequence_length=12)
        trainer = TrainerSettings(
            ChosenTask("text_classification").to_json(), model, training, str(folder / "checkpoints")
        )
        return types.SimpleNamespace(
            custom_config={
                **trainer.to_custom_config(),
                "code": "of others",
                "raw_eval_files": [str(raw)],
                "predictions_folder": str(folder / run / "predictions"),
            },
            transform_graph_path=str(pathlib.Path(transform_output.transform_savedmodel_dir).parent),
            train_files=[str(folder / "train" / "*")],
            eval_files=[str(folder / "eval" / "*")],
            serving_model_dir=str(folder / run / "serving"),
            model_run_dir=str(folder / run / "events"),
        )

    return make


def _weights(fn_args: Any) -> dict[str, np.ndarray]:
    reader = tf.train.load_checkpoint(f"{fn_args.serving_model_dir}/variables/variables")
    return {
        name: reader.get_tensor(name)
        for name in reader.get_variable_to_shape_map()
        if name.startswith("_network_variables") and "seed" not in name
    }


def _interrupted(fn_args: Any, step: int) -> pathlib.Path:
    """Stops a run in a step; returns the folder with its checkpoint."""
    calls = itertools.count(1)

    def interrupt(self: Progress, batch: int, logs: Any = None) -> None:
        if next(calls) == step:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as context:
        context.setattr(Progress, "on_train_batch_end", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run_fn(fn_args)
    return pathlib.Path(TrainingFolder.of_training(fn_args.custom_config["checkpoints"], fn_args).path)


def test_a_run_goes_on_from_the_checkpoint_of_another(arguments: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    undisturbed = arguments("undisturbed")
    run_fn(undisturbed)
    # TFX removes what a failed execution wrote, and gives the next another place.
    left = _interrupted(arguments("stopped"), step=11)
    assert list(left.rglob("*.index"))
    resumed = arguments("resumed")
    run_fn(resumed)
    assert "step 11/16 (resumed at step 11)" in caplog.text
    expected, found = _weights(undisturbed), _weights(resumed)
    assert expected
    assert expected.keys() == found.keys()
    assert all(np.array_equal(expected[name], found[name]) for name in expected)
    assert not left.exists()
    assert list(pathlib.Path(resumed.model_run_dir).rglob("events.out.tfevents.*"))


def test_what_the_network_answers_to_raw_texts_is_written_down(arguments: Any) -> None:
    fn_args = arguments("predicted", epochs=1)
    run_fn(fn_args)
    rows = read_expected_answers(fn_args.custom_config["predictions_folder"])
    assert len(rows) == 256
    assert [len(row.texts["text"]) for row in rows] == sorted(len(row.texts["text"]) for row in rows)
    served = LocalModel(fn_args.serving_model_dir).answer([row.texts for row in rows])
    for row, answer in zip(rows, served, strict=True):
        assert answer["label"] == row.answer["label"]
        assert answer["scores"] == pytest.approx(row.answer["scores"], abs=1e-5)


def test_another_training_has_a_folder_of_its_own(arguments: Any) -> None:
    left = _interrupted(arguments("one"), step=3)
    other = _interrupted(arguments("two", learning_rate=1e-3), step=3)
    assert left != other
    again = _interrupted(arguments("three"), step=3)
    assert again == left
    long_ago = time.time() - 8 * 24 * 3600
    for path in other.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    run_fn(arguments("four"))
    assert not left.exists(), "it was finished"
    assert not other.exists(), "nobody went on with it for a week"


def test_low_rank_matrices_are_not_exported(arguments: Any) -> None:
    fn_args = arguments("low_rank", lora_rank=2, class_weights="balanced", epochs=1)
    run_fn(fn_args)
    plain = arguments("plain", epochs=1)
    run_fn(plain)
    shapes = [[value.shape for value in _weights(each).values()] for each in (fn_args, plain)]
    assert sorted(shapes[0]) == sorted(shapes[1])
    names = tf.train.load_checkpoint(f"{fn_args.serving_model_dir}/variables/variables").get_variable_to_shape_map()
    assert not [name for name in names if "lora" in name]


def test_a_training_starts_from_what_an_earlier_one_left(arguments: Any) -> None:
    def folder_of(fn_args: Any) -> str:
        return TrainingFolder.of_training(fn_args.custom_config["checkpoints"], fn_args).path

    first = arguments("kept", start_from="current", epochs=1)
    first.custom_config["start"] = FoundModel().to_json()
    run_fn(first)
    kept = KeptWeights.read(pathlib.Path(first.serving_model_dir, WEIGHTS_FOLDER))
    assert kept.labels == ("bad", "good")
    assert {value.dtype for value in kept.values} == {np.dtype("float32")}
    (head,) = (value for name, value in zip(kept.names, kept.values, strict=True) if name == "logits/kernel")
    assert any(np.array_equal(head, value) for value in _weights(first).values())
    assert not pathlib.Path(arguments("preset").serving_model_dir, WEIGHTS_FOLDER).exists()

    again = arguments("again", start_from="current", epochs=1, learning_rate=1e-9)
    again.custom_config["start"] = FoundModel("version 1", f"{first.serving_model_dir}/{WEIGHTS_FOLDER}").to_json()
    # Under another name it is the same training, and of other weights it is another.
    copied = arguments("copied", start_from="current", epochs=1, learning_rate=1e-9)
    copy = pathlib.Path(first.serving_model_dir).parent / "copy"
    shutil.copytree(f"{first.serving_model_dir}/{WEIGHTS_FOLDER}", copy)
    copied.custom_config["start"] = FoundModel("version 7", str(copy)).to_json()
    assert folder_of(copied) == folder_of(again)
    dataclasses.replace(kept, labels=("good", "bad")).write(str(copy / "other"))
    copied.custom_config["start"]["folder"] = str(copy / "other" / WEIGHTS_FOLDER)
    assert folder_of(copied) != folder_of(again)
    copied.custom_config["start"]["folder"] = ""
    assert folder_of(copied) != folder_of(again)

    run_fn(again)
    assert read_start(again.model_run_dir) == "starts from version 1"
    went_on = KeptWeights.read(pathlib.Path(again.serving_model_dir, WEIGHTS_FOLDER))
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(kept.values, went_on.values, strict=True))
