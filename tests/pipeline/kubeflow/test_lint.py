"""Each thing that the backend cannot run is refused, and named with its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from models.user_error import UserError
from pipeline.kubeflow.lint import lint

Spec = dict[str, Any]
MODEL = {"artifactType": {"schemaTitle": "system.Model", "schemaVersion": "0.0.1"}}


def _spec() -> Spec:
    return {
        "schemaVersion": "2.1.0",
        "pipelineInfo": {"name": "tickets"},
        "root": {
            "inputDefinitions": {"parameters": {"epochs": {"parameterType": "NUMBER_INTEGER"}}},
            "dag": {
                "tasks": {
                    "train": {
                        "componentRef": {"name": "trainer"},
                        "inputs": {
                            "parameters": {
                                "epochs": {"componentInputParameter": "epochs"},
                                "data": {"runtimeValue": {"constant": "rows.csv"}},
                            }
                        },
                    },
                    "judge": {
                        "componentRef": {"name": "judge"},
                        "dependentTasks": ["train"],
                        "inputs": {
                            "artifacts": {
                                "model": {"taskOutputArtifact": {"producerTask": "train", "outputArtifactKey": "model"}}
                            },
                            "parameters": {
                                "loss": {"taskOutputParameter": {"producerTask": "train", "outputParameterKey": "loss"}}
                            },
                        },
                    },
                }
            },
        },
        "components": {
            "trainer": {
                "executorLabel": "trainer",
                "inputDefinitions": {
                    "parameters": {
                        "epochs": {"parameterType": "NUMBER_INTEGER"},
                        "data": {"parameterType": "STRING"},
                    }
                },
                "outputDefinitions": {
                    "artifacts": {"model": MODEL},
                    "parameters": {"loss": {"parameterType": "NUMBER_DOUBLE"}},
                },
            },
            "judge": {
                "executorLabel": "judge",
                "inputDefinitions": {
                    "artifacts": {"model": MODEL},
                    "parameters": {"loss": {"parameterType": "NUMBER_DOUBLE"}},
                },
            },
        },
        "deploymentSpec": {
            "executors": {"trainer": {"container": {"image": "a:1"}}, "judge": {"container": {"image": "a:1"}}}
        },
    }


def test_what_the_backend_can_run_is_let_through() -> None:
    lint(_spec())


def _executor(value: Spec) -> Callable[[Spec], None]:
    return lambda spec: spec["deploymentSpec"]["executors"].update(judge=value)


def _task(name: str, **values: Any) -> Callable[[Spec], None]:
    return lambda spec: spec["root"]["dag"]["tasks"][name].update(values)


def _input(task: str, kind: str, name: str, value: Spec) -> Callable[[Spec], None]:
    return lambda spec: spec["root"]["dag"]["tasks"][task]["inputs"][kind].update({name: value})


def _declared(component: str, side: str, kind: str, name: str, value: Spec) -> Callable[[Spec], None]:
    return lambda spec: spec["components"][component][side][kind].update({name: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda spec: spec.update(schemaVersion="2.0.0"), "schemaVersion is '2.0.0'"),
        (lambda spec: spec.update(pipelineInfo={"name": "My tickets"}), "'My tickets' is not made of"),
        (_executor({"resolver": {}}), "executor judge: resolvers are not implemented"),
        (_executor({"customJob": {}}), "executor judge: custom jobs"),
        (_executor({}), "executor judge: is neither"),
        (_executor({"container": {"image": "a:1", "lifecycle": {}}}), "executor judge: lifecycle"),
        (_executor({"container": {}}), "executor judge: has no image"),
        (_executor({"importer": {"metadata": {"span": None}}}), "importer.metadata.span is null"),
        (lambda spec: spec["components"]["judge"].pop("executorLabel"), "component judge: needs either"),
        (_declared("judge", "inputDefinitions", "artifacts", "model", {"artifactType": {}}), "model has no type"),
        (_declared("judge", "inputDefinitions", "parameters", "loss", {"type": "DOUBLE"}), "loss has the type None"),
        (_task("judge", componentRef={"name": "other"}), "task judge: its component 'other' does not exist"),
        (_task("judge", dependentTasks=["other"]), "task judge: depends on other, which is no task"),
        (_task("judge", artifactIterator={}), "task judge: iterating over artifacts"),
        (
            _task("judge", triggerPolicy={"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}, dependentTasks=["train"] * 2),
            "hangs on exactly one other",
        ),
        (lambda spec: spec["root"]["dag"].update(tasks={}), "root: has no task but those"),
        (
            _input("judge", "parameters", "loss", {
                "taskOutputParameter": {"producerTask": "train_task", "outputParameterKey": "loss"}
            }),
            "input loss comes from train_task, which is no task",
        ),
        (
            _input("judge", "artifacts", "model", {
                "taskOutputArtifact": {"producerTask": "train", "outputArtifactKey": "net"}
            }),
            "input model comes from train, which has no output net",
        ),
        (_input("train", "parameters", "epochs", {"componentInputParameter": "epoch"}), "input epoch, which does not"),
        (_input("judge", "artifacts", "model", {"componentInputArtifact": "m"}), "DAG's input m, which does not"),
        (_input("train", "parameters", "epochs", {"taskFinalStatus": {}}), "knows: taskFinalStatus"),
        (_input("train", "parameters", "data", {"runtimeValue": {"constantValue": {}}}), "schema 2.0: constantValue"),
        (_input("train", "parameters", "data", {"runtimeValue": {"constant": 3}}), "is 3, but STRING is declared"),
        (_input("train", "parameters", "epochs", {"runtimeValue": {"constant": True}}), "is True, but NUMBER_INTEGER"),
        (_input("train", "parameters", "other", {"runtimeValue": {"constant": "a"}}), "has no input other"),
    ],
)  # fmt: skip
def test_what_it_cannot_run_is_named(change: Callable[[Spec], None], message: str) -> None:
    spec = copy.deepcopy(_spec())
    change(spec)
    with pytest.raises(UserError, match=message):
        lint(spec)


def test_all_faults_are_told_at_once_and_those_inside_a_dag_too() -> None:
    spec = _spec()
    spec["components"]["line"] = {"dag": spec["root"]["dag"], "inputDefinitions": spec["root"]["inputDefinitions"]}
    spec["root"] = {"dag": {"tasks": {"line": {"componentRef": {"name": "line"}}}}}
    lint(spec)
    spec["components"]["line"]["dag"]["tasks"]["judge"]["dependentTasks"] = ["nobody"]
    spec["schemaVersion"] = ""
    with pytest.raises(UserError, match=r"(?s)schemaVersion.*nobody"):
        lint(spec)
