"""What the launcher puts into a command: `getPlaceholders` in `component/launcher_v2.go@00450640`."""

import pathlib

from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import ComponentSpec, ExecutorInput

from kfp_emulator.object_store import MOUNTS, local_path
from kfp_emulator.task_inputs import text_of


def with_values(words: list[str], given: ExecutorInput, component: ComponentSpec, disk: pathlib.Path) -> list[str]:
    """A command with its placeholders replaced.

    Args:
        words: The command and its arguments.
        given: What the launcher got.
        component: The component, whose defaults stand for parameters without a value (`addDefaultParams`).
        disk: The pod's disk.
    """
    executor_input = ExecutorInput()
    executor_input.CopyFrom(given)
    for name, parameter in component.input_definitions.parameters.items():
        if parameter.HasField("default_value") and name not in executor_input.inputs.parameter_values:
            executor_input.inputs.parameter_values[name].CopyFrom(parameter.default_value)
    placeholders = {"{{$}}": json_format.MessageToJson(executor_input, indent=None)}
    for side, artifacts in (("inputs", given.inputs.artifacts), ("outputs", given.outputs.artifacts)):
        for name, each in artifacts.items():
            uri = each.artifacts[0].uri
            placeholders[f"{{{{$.{side}.artifacts['{name}'].uri}}}}"] = uri
            if uri.startswith(tuple(MOUNTS)):
                placeholders[f"{{{{$.{side}.artifacts['{name}'].path}}}}"] = str(local_path(uri, disk))
    for name, value in executor_input.inputs.parameter_values.items():
        placeholders[f"{{{{$.inputs.parameters['{name}']}}}}"] = text_of(value)
    for name, output in given.outputs.parameters.items():
        placeholders[f"{{{{$.outputs.parameters['{name}'].output_file}}}}"] = output.output_file
    for placeholder, value in placeholders.items():
        words = [word.replace(placeholder, value) for word in words]
    return words
