"""Tests of the config section `serving`."""

import pydantic
import pytest

from models.user_error import UserError
from serving.config import ServingConfig, with_label


def test_nothing_has_to_be_said() -> None:
    assert ServingConfig() == ServingConfig(directory="serving", keep_versions=5)


@pytest.mark.parametrize(
    ("field", "value"), [("keep_versions", 0), ("directory", ""), ("promote_to", "a b"), ("name", "x")]
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(pydantic.ValidationError) as error:
        ServingConfig.model_validate({field: value})
    assert error.value.errors()[0]["loc"] == (field,)


def test_labels_need_a_models_config() -> None:
    for fields in ({"promote_to": "canary"}, {"served_from": "/models"}):
        with pytest.raises(pydantic.ValidationError, match="needs models_config: true"):
            ServingConfig.model_validate(fields)
        assert ServingConfig.model_validate({**fields, "models_config": True}).has_labels
        assert ServingConfig.model_validate({**fields, "directory": "s3://bucket/serving"}).has_labels


def test_a_label_for_one_promotion() -> None:
    assert with_label(ServingConfig(models_config=True), "canary").promote_to == "canary"
    with pytest.raises(UserError, match=r"label 'canary'.*needs models_config: true"):
        with_label(ServingConfig(), "canary")
