"""The whole line with its versions on an object store."""

import json
import pathlib
import random
import re
import subprocess
from collections.abc import Callable
from typing import Any

import fsspec
import pytest
import yaml

Bertline = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder, numbers = tmp_path_factory.mktemp("project"), random.Random(1)
    rows = ["text,label"]
    for number in range(300):
        label = ["good", "bad"][number % 2]
        rows.append(f"{' '.join(numbers.choices(['the', 'film', 'movie', 'was'], k=5))} {label},{label}")
    (folder / "rows.csv").write_text("\n".join(rows) + "\n")
    return folder


def _config(project: pathlib.Path, preset: str, directory: str, **training: Any) -> str:
    config = {
        "name": "films",
        "task": "text_classification",
        "data": {"path": "rows.csv"},
        "model": {"preset": preset, "sequence_length": 16},
        "training": {"epochs": 3, "batch_size": 16, "learning_rate": 0.01, "precision": "float32", **training},
        "evaluation": {"thresholds": [{"metric": "accuracy", "at_most_below_current": 0.01}]},
        "serving": {"directory": directory},
    }
    path = project / "films.yaml"
    path.write_text(yaml.safe_dump(config))
    return str(path)


def test_versions_are_promoted_judged_against_and_asked(
    project: pathlib.Path, tiny_preset: str, object_store: str, bertline: Bertline
) -> None:
    directory = f"{object_store}/served"
    config = _config(project, tiny_preset, directory)
    done = bertline("run", config)
    assert f"version 1 of films is in service: {directory}/films/1" in done.stdout, done.stdout + done.stderr
    files = fsspec.filesystem("s3", use_listings_cache=False)
    assert 'key: "stable"' in files.cat_file("models/served/films/models.config").decode()
    assert files.cat_file("models/served/films/1/assets.extra/model_card.md").startswith(b"# Model card: films")

    answer = bertline("predict", config, "--json", "the film was good")
    assert json.loads(answer.stdout)["label"] == "good", answer.stderr
    assert "nothing to do" in bertline("run", config).stdout

    # Learns nothing, and is judged against the version on the object store.
    worse = bertline("run", _config(project, tiny_preset, directory, learning_rate=1e-9))
    assert re.search(r"nothing was promoted: not blessed: .*\(the model in service has 1\)", worse.stdout), worse.stderr
    (version,) = json.loads(bertline("models", config, "--json").stdout)
    assert (version["version"], version["labels"], version["in_service"]) == (1, ["stable"], True)
    doctor = bertline("doctor", config)
    assert f"stable is version 1 in {directory}/films" in " ".join(doctor.stdout.split())
