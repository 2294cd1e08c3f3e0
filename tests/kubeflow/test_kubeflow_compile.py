"""The tickets pipeline, compiled for Kubeflow by the command line."""

import importlib
import pathlib
import re
from typing import Any

import pytest
import yaml
from kfp.components import load_component_from_file

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.kubeflow_runner import compile_pipeline


def test_kfp_loads_it_as_schema_2_1(compiled: pathlib.Path) -> None:
    spec = load_component_from_file(str(compiled)).pipeline_spec
    assert spec.schema_version == "2.1.0"
    assert spec.pipeline_info.name == "tickets"
    assert spec.default_pipeline_root == "minio://mlpipeline/bertline"
    assert {"TextExampleGen", "Transform", "Trainer", "Evaluator", "Promoter"} <= set(spec.root.dag.tasks)


def test_compiling_again_gives_the_same_bytes(compiled_twice: list[pathlib.Path]) -> None:
    first, second = compiled_twice
    assert first.read_bytes() == second.read_bytes()


def test_it_names_no_path_of_the_machine_that_compiled_it(compiled: pathlib.Path) -> None:
    text = compiled.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w:/.])/[\w.-]+", text)) == {"/mnt", "/app"}


def test_every_container_runs_the_entrypoint_of_the_image(compiled: pathlib.Path) -> None:
    executors = yaml.safe_load(compiled.read_text(encoding="utf-8"))["deploymentSpec"]["executors"].values()
    assert {executor["container"]["image"] for executor in executors} == {"registry.example/bertline:1"}
    commands = {tuple(executor["container"]["command"]) for executor in executors}
    assert commands == {("python", "/app/kubeflow/entrypoint.py")}


def test_what_looks_outside_the_pipeline_is_never_cached(compiled: pathlib.Path) -> None:
    """KFP looks into its cache before anything of ours runs: it cannot see new files or another version in service."""
    tasks = yaml.safe_load(compiled.read_text(encoding="utf-8"))["root"]["dag"]["tasks"]
    cached = {name for name, task in tasks.items() if task.get("cachingOptions", {}).get("enableCache")}
    assert not cached & {"TextExampleGen", "CurrentModel", "Promoter"}


def test_the_types_of_our_artifacts_can_be_imported(compiled: pathlib.Path) -> None:
    titles = re.findall(r"title: ([\w.]+)", compiled.read_text(encoding="utf-8"))
    ours = {title for title in titles if not title.startswith("tfx.")}
    assert "components.current_model.artifact.CurrentModelPointer" in ours
    for title in ours:
        module, name = title.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize(
    ("changed", "root", "message"),
    [
        ({"name": "my_tickets"}, "minio://bucket", "'my-tickets' would do"),
        ({}, "/mnt/volume", "begins with none of minio://"),
    ],
)
def test_what_kubeflow_cannot_take_is_refused(
    tmp_path: pathlib.Path, changed: dict[str, Any], root: str, message: str
) -> None:
    values = {"name": "tickets", "task": "text_classification", "data": {"path": "/mnt/tickets.csv"}, **changed}
    with pytest.raises(UserError, match=message):
        compile_pipeline(PipelineConfig(**values), root, "image", tmp_path / "pipeline.yaml")
    assert not (tmp_path / "pipeline.yaml").exists()
