"""The config section `beam`: what may stand beside what, and how a fault is told."""

import pathlib
from typing import Any

import pydantic
import pytest

from models.user_error import UserError
from pipeline.beam.config import BeamConfig
from pipeline.config import PipelineConfig
from pipeline.config_files.load_config import load_config

POOL = {"profile": "portable", "job_endpoint": "flink:8099", "worker_pool": "localhost:50000"}
DATAFLOW = {"profile": "dataflow", "project": "p", "region": "europe-west1", "temp_location": "gs://bucket/temp"}
BEFORE = """\
name: tickets
task: text_classification
data: {path: all.csv}
"""


def _loaded(folder: pathlib.Path, beam: str) -> PipelineConfig:
    path = folder / "pipeline.yaml"
    path.write_text(f"{BEFORE}beam: {beam}\n", encoding="utf-8")
    return load_config(path)


@pytest.mark.parametrize("name", ["local", "multi_process"])
def test_a_name_stands_for_the_section(tmp_path: pathlib.Path, name: str) -> None:
    assert _loaded(tmp_path, name).beam == _loaded(tmp_path, f"{{profile: {name}}}").beam


@pytest.mark.parametrize(
    "section",
    [
        {},
        {"profile": "multi_process", "workers": 4},
        POOL,
        POOL | {"workers": 2, "artifact_endpoint": "flink:8098", "options": {"parallelism": 8}},
        {"profile": "portable", "job_endpoint": "localhost:8099", "environment": "loopback"},
        {"profile": "portable", "job_endpoint": "flink:8099", "environment": "docker", "image": "bertline:1"},
        {"profile": "portable", "job_endpoint": "spark:8099", "environment": "process", "worker_command": "/boot"},
        DATAFLOW | {"workers": 9, "machine_type": "n2-standard-4", "options": {"labels": ["a=b", "c=d"]}},
    ],
)
def test_a_section_is_the_same_after_it_was_written_out_whole(section: dict[str, Any]) -> None:
    read = BeamConfig.model_validate(section)
    assert BeamConfig.model_validate_json(read.model_dump_json()) == read


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"workers": 4}, "workers: goes with `profile: multi_process` or `profile: portable` or `profile: dataflow`"),
        (
            {"profile": "multi_process", "region": "r", "worker_pool": "a:1"},
            "worker_pool: goes with `profile: portable`, not with multi_process; leave it out; "
            "region: goes with `profile: dataflow`, not with multi_process; leave it out",
        ),
        ({"profile": "portable", "worker_pool": "a:1"}, "job_endpoint: `profile: portable` needs it: the job server"),
        ({"profile": "portable", "job_endpoint": "a:1"}, "worker_pool: `environment: external` needs it: the pool's"),
        (POOL | {"environment": "docker"}, "worker_pool: goes with `environment: external`, not with docker"),
        (POOL | {"environment": "process"}, "worker_command: `environment: process` needs it: what starts a worker"),
        ({"profile": "dataflow", "region": "r"}, "project: `profile: dataflow` needs it: the Google Cloud project; te"),
        (DATAFLOW | {"temp_location": "temp"}, "temp_location\n  String should match pattern"),
        (DATAFLOW | {"temp_location": "gs://bucket"}, "temp_location\n  String should match pattern"),
        (POOL | {"job_endpoint": "http://flink:8099"}, "job_endpoint\n  String should match pattern"),
        (POOL | {"options": {"runner": "FlinkRunner"}}, "'runner' is what `beam.profile` says"),
        (POOL | {"options": {"--parallelism": 8}}, "'--parallelism' is no option's name; write it as Beam does"),
    ],
)
def test_what_does_not_go_together_is_told(section: dict[str, Any], told: str) -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        BeamConfig.model_validate(section)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("beam", "told"),
    [
        ("multiprocess", "line 4: beam: must be one of local, multi_process, portable, dataflow; did you mean 'multi_"),
        ("portable", "line 4: beam: job_endpoint: `profile: portable` needs it"),
        (
            "{profile: multi_process,\n  worker: 3}",
            "line 5: beam.worker: there is no such field; did you mean 'workers'",
        ),
        ("{profile: multi_process,\n  workers: 0}", "line 5: beam.workers: must be at least 1 (got 0)"),
        ("3", "line 4: beam: must be a section with fields of its own (got 3)"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: pathlib.Path, beam: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        _loaded(tmp_path, beam)
    assert told in str(caught.value)


def test_editors_complete_both_forms() -> None:
    schema = PipelineConfig.model_json_schema()
    name, section = schema["properties"]["beam"]["anyOf"]
    assert (name["enum"], section["$ref"]) == (["local", "multi_process"], "#/$defs/BeamConfig")
