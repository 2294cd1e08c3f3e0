"""Lets KFP's cache see data and code as they are when a run starts.

KFP looks into its cache before anything of a task runs, and knows of it only what was compiled and what it is given. So
a first task, which is never cached, looks at files and code and gives each cached task the key it has found, as a
parameter. A key that is equal to an earlier run's makes the task a hit; its outputs are then the earlier artifacts, by
which KFP knows the tasks after it. It also settles which span of the data is the newest, once for all tasks.
"""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from components.run_parameters import RUN_PARAMETERS
from pipeline.caching.component_key import ComponentCode
from pipeline.component_names import COMPONENTS
from pipeline.config import PipelineConfig
from pipeline.kubeflow.fingerprint_task import INGEST, SPAN

TASK = "Fingerprints"
# Those after Trainer look at what is in service, or change it.
CACHED = COMPONENTS[: COMPONENTS.index("Trainer") + 1]

_COMMAND = ("python", "-m", "pipeline.kubeflow.fingerprint_task")


def add_cache_keys(spec: dict[str, Any], config: PipelineConfig, pipeline: Any) -> None:
    """Adds the first task to a PipelineSpec, and hands its keys to the tasks that are cached from then on.

    Args:
        spec: KFP's PipelineSpec, changed in place.
        config: What runs.
        pipeline: The same as `tfx.orchestration.pipeline.Pipeline`.
    """
    components = {node.id: dataclasses.asdict(_code(node)) for node in pipeline.components if node.id in CACHED}
    _add_task(spec, config, components)
    for task in spec["root"]["dag"]["tasks"].values():
        given = task.get("inputs", {}).get("parameters", {})
        if SPAN in given and task["componentRef"]["name"] != TASK:
            given[SPAN] = _found(SPAN)
            task["dependentTasks"] = sorted({*task.get("dependentTasks", []), TASK})
    for name in components:
        declared = spec["components"][name].setdefault("inputDefinitions", {}).setdefault("parameters", {})
        declared |= _strings(["cache_key"])
        task = spec["root"]["dag"]["tasks"][name]
        given = task.setdefault("inputs", {}).setdefault("parameters", {})
        given["cache_key"] = _found(name)
        task["dependentTasks"] = sorted({*task.get("dependentTasks", []), TASK})
        task["cachingOptions"] = {"enableCache": True}


def _found(name: str) -> dict[str, Any]:
    return {"taskOutputParameter": {"producerTask": TASK, "outputParameterKey": name}}


def _code(node: Any) -> ComponentCode:
    executor = node.executor_spec.executor_class
    return ComponentCode.of([f"{executor.__module__}.{executor.__qualname__}"], node.exec_properties)


def _strings(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"parameterType": "STRING"} for name in names}


def _add_task(spec: dict[str, Any], config: PipelineConfig, components: dict[str, Any]) -> None:
    # What the task has no use for must not change its argument.
    unused = {"notifications", "kubeflow", "report", "serving", "monitoring", "component_timeout_minutes"}
    known = config.model_dump_json(exclude=unused)
    constants = {"config": known, "components": json.dumps(components, sort_keys=True)}
    settable = [each.name for each in RUN_PARAMETERS if each.section == INGEST]
    label = f"{TASK}_executor"
    spec["components"][TASK] = {
        "executorLabel": label,
        "inputDefinitions": {"parameters": _strings(constants)},
        "outputDefinitions": {"parameters": _strings([*components, SPAN])},
    }
    parameters = spec["components"][TASK]["inputDefinitions"]["parameters"]
    inputs: dict[str, Any] = {name: {"runtimeValue": {"constant": value}} for name, value in constants.items()}
    for name in settable:
        parameters[name] = {"parameterType": spec["root"]["inputDefinitions"]["parameters"][name]["parameterType"]}
        inputs[name] = {"componentInputParameter": name}
    spec["root"]["dag"]["tasks"][TASK] = {
        "taskInfo": {"name": TASK},
        "componentRef": {"name": TASK},
        "inputs": {"parameters": inputs},
    }
    spec["deploymentSpec"]["executors"][label] = {
        "container": {
            "image": config.kubeflow.image,
            "command": list(_COMMAND),
            "args": ["--executor_input", "{{$}}"],
        }
    }
