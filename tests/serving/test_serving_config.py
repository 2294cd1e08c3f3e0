"""Tests of the config section `serving`."""

import pydantic
import pytest

from serving.config import ServingConfig


def test_nothing_has_to_be_said() -> None:
    assert ServingConfig() == ServingConfig(directory="serving", keep_versions=5)


@pytest.mark.parametrize(
    ("field", "value"), [("keep_versions", 0), ("directory", ""), ("directory", "gs://bucket/serving"), ("name", "x")]
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(pydantic.ValidationError) as error:
        ServingConfig.model_validate({field: value})
    assert error.value.errors()[0]["loc"] == (field,)
