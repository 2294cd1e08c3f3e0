"""Models that begin from scratch: their config, their weights, their vocabulary."""

import pathlib
from typing import Any

import keras
import numpy as np
import pydantic
import pytest

from models.config import ModelConfig, ScratchConfig
from models.presets import check_preset, load_backbone, load_vocabulary
from models.tokenisation.vocabulary import SPECIAL_TOKENS
from models.user_error import UserError
from pipeline.config import PipelineConfig

SIZES = {"num_layers": 2, "hidden_dim": 16, "num_heads": 2, "max_sequence_length": 32}


@pytest.fixture
def scratch(tmp_path: pathlib.Path) -> ScratchConfig:
    path = tmp_path / "vocab.txt"
    # A line separator inside of a token, as bert-base-chinese has.
    path.write_text("\n".join([*SPECIAL_TOKENS, "a", "\u2028b", "##c"]) + "\n", encoding="utf-8")
    return ScratchConfig(vocabulary=str(path), lowercase=False, **SIZES)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"preset": "scratch"}, "`preset: scratch` needs it"),
        ({"scratch": {"vocabulary": "v.txt"}}, "goes with `preset: scratch`, not with minilm_l6_en"),
        ({"preset": "scratch", "scratch": {"vocabulary": "v", "hidden_dim": 10}}, "10 is no multiple of num_heads, 4"),
        (
            {"preset": "scratch", "scratch": {"vocabulary": "v", "max_sequence_length": 64}, "sequence_length": 65},
            "65 is more than scratch.max_sequence_length, 64",
        ),
    ],
)
def test_faults(values: dict[str, Any], message: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=message):
        ModelConfig(**values)


def test_all_of_it_travels_as_one_string(scratch: ScratchConfig) -> None:
    model = ModelConfig(preset="scratch", scratch=scratch, sequence_length=32)
    assert ModelConfig(**model.model_dump()) == model
    assert ScratchConfig.of_source(model.source) == scratch
    assert ScratchConfig.of_source(ModelConfig().source) is None
    assert ModelConfig().source == "minilm_l6_en"


def test_weights_begin_at_random_and_follow_from_the_seed(scratch: ScratchConfig) -> None:
    def weights(seed: int) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        return load_backbone(scratch.to_source(), "float32").get_weights()

    first, again, other = weights(1), weights(1), weights(2)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    assert first[0].shape == (8, 16)
    assert sum(weight.size for weight in first) == pytest.approx(scratch.num_parameters(8), rel=0.2)


def test_the_vocabulary_is_checked_before_anything_runs(scratch: ScratchConfig, tmp_path: pathlib.Path) -> None:
    check_preset(scratch.to_source(), 32)
    assert load_vocabulary(scratch.to_source()).tokens[-2:] == ("\u2028b", "##c")
    assert not load_vocabulary(scratch.to_source()).lowercase
    missing = scratch.model_copy(update={"vocabulary": str(tmp_path / "none.txt")})
    with pytest.raises(UserError, match=r"names no file: .*none\.txt; `bertline vocabulary` writes one"):
        check_preset(missing.to_source(), 32)
    (tmp_path / "vocab.txt").write_text("a\nb\n")
    with pytest.raises(UserError, match=r"vocab.txt: the vocabulary of 2 tokens lacks \[PAD\]"):
        check_preset(scratch.to_source(), 32)


def test_the_vocabulary_lies_beside_the_config(tmp_path: pathlib.Path) -> None:
    # A folder that happens to have this name is no preset of this name.
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "config.json").write_text("{}")
    config = PipelineConfig.model_validate(
        {
            "name": "a",
            "task": "text_classification",
            "data": {"path": "a.csv"},
            "model": {"preset": "scratch", "scratch": {"vocabulary": "vocab.txt"}},
        }
    ).relative_to(tmp_path)
    assert config.model.scratch
    assert config.model.scratch.vocabulary == str(tmp_path / "vocab.txt")
    assert config.model.preset == "scratch"
