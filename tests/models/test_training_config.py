from typing import Any

import pydantic
import pytest

from models.config import TrainingConfig


@pytest.mark.parametrize(
    "settings",
    [
        {"freeze": "all"},
        {"freeze": 3},
        {"class_weights": {"a": 1, "b": 0.5}},
        {"devices": 2},
        {"devices": "auto", "xla": True, "gradient_accumulation_steps": 4},
        {"devices": 1, "precision": "float16"},
        {"lora_rank": 8},
    ],
)
def test_good_settings_survive_json(settings: dict[str, Any]) -> None:
    config = TrainingConfig(**settings)
    assert TrainingConfig(**config.model_dump()) == config
    assert {name: getattr(config, name) for name in settings} == settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"freeze": "head"}, "is none, embeddings, all or a number of transformer layers, 1 or more"),
        ({"freeze": 0}, "a number of transformer layers"),
        ({"freeze": True}, "a number of transformer layers"),
        ({"class_weights": "balance"}, "is none, balanced or a mapping of labels to weights"),
        ({"class_weights": {}}, "is none, balanced or a mapping"),
        ({"class_weights": {"a": 0}}, "the weight of 'a' is not a number above 0: 0"),
        ({"class_weights": {"a": "2"}}, "the weight of 'a' is not a number above 0: '2'"),
        ({"class_weights": {"a": float("inf")}}, "is not a number above 0"),
        ({"label_smoothing": 1.0}, "less than 1"),
        ({"devices": 0}, "is auto or a number of devices"),
        ({"devices": "two"}, "is auto or a number of devices"),
        ({"lora_rank": 4, "freeze": "embeddings"}, "freeze: leave it out with lora_rank"),
        ({"devices": 2, "xla": True}, "devices: xla works on one device only; set devices to 1, or leave out xla"),
        ({"devices": 2, "gradient_accumulation_steps": 2}, "gradient_accumulation_steps works on one device only"),
        ({"devices": 2, "precision": "float16"}, "precision: float16 works on one device only"),
    ],
)
def test_each_fault_is_one_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=message) as caught:
        TrainingConfig(**settings)
    assert caught.value.error_count() == 1
