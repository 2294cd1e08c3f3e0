"""Names and values of configs and data lead out of no folder: they are refused, or never used as paths."""

import json
import pathlib
from collections.abc import Mapping

import pytest

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from serving.config import ServingConfig, with_label
from serving.server.rest.route import parse_route
from serving.server.serving_error import ServingError
from serving.version_folder import version_number

BASE: Mapping[str, object] = {"name": "x", "task": "text_classification", "data": {"path": "data.csv"}}


def _refusal(folder: pathlib.Path, **changes: object) -> str:
    path = folder / "config.yaml"
    # JSON is YAML, and writes NUL as an escape.
    path.write_text(json.dumps({**BASE, **changes}))
    with pytest.raises(UserError) as error:
        load_config(path)
    return str(error.value)


@pytest.mark.parametrize("name", ["../x", "a/b", "..", ".", "a\0b", "a\n", "-rf", "~", "", "a\\b"])
def test_a_pipelines_name_is_no_path(tmp_path: pathlib.Path, name: str) -> None:
    assert "name: " in _refusal(tmp_path, name=name)


@pytest.mark.parametrize("label", ["../x", "a/b", "a\0b", "..", "a\n"])
def test_a_label_is_no_path(tmp_path: pathlib.Path, label: str) -> None:
    assert "promote_to" in _refusal(tmp_path, serving={"models_config": True, "promote_to": label})
    with pytest.raises(UserError, match="label"):
        with_label(ServingConfig(models_config=True), label)


@pytest.mark.parametrize(
    "section",
    [
        {"data": {"path": "a\0.csv"}},
        {"model": {"preset": "./a\0b"}},
        {"schema_file": "a\0"},
        {"runs_directory": "a\0"},
        {"serving": {"directory": "a\0"}},
        {"evaluation": {"slices": ["a\0"]}},
    ],
    ids=str,
)
def test_no_field_holds_nul(tmp_path: pathlib.Path, section: Mapping[str, object]) -> None:
    assert "holds the character NUL, which no field may" in _refusal(tmp_path, **section)


@pytest.mark.parametrize("name", ["../1", "1/../../2", "0x1", "1\0", " 1", "1.0"])
def test_a_version_is_a_number(name: str) -> None:
    assert version_number(name) is None


@pytest.mark.parametrize("path", ["/v1/models/x/versions/../../etc:predict", "/v1/models/x/versions/1%00:predict"])
def test_a_path_of_rest_names_no_file(path: str) -> None:
    with pytest.raises(ServingError):
        parse_route("POST", path)
