"""Runs one component in its container on Kubeflow: TFX's entrypoint, fitted to what open-source KFP v2 gives and takes.

    python entrypoint.py --executor_class_path CLASS --json_serialized_invocation_args EXECUTOR_INPUT
        --json_serialized_inputs_spec_args COMPONENT_INPUTS_SPEC [Beam options]

`pipeline/kubeflow_runner.py` compiles this command into every task; KFP's launcher fills in EXECUTOR_INPUT. TFX's
entrypoint was written for another backend (Vertex AI). Each function below makes up for one difference. What is named
`driver/` and `component/` are folders of kubeflow/pipelines, `backend/src/v2/`.
"""

import argparse
import os
import pathlib
import sys
import tempfile

from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import ComponentInputsSpec, ExecutorInput, ExecutorOutput

from models.rare_collection import collect_rarely

# Below this folder are the launcher's local copies of artifacts. Only tests set it: the launcher knows just `/`.
MOUNT_ROOT_VARIABLE = "BERTLINE_MOUNT_ROOT"

# `LocalPathForURI` in component/launcher_v2.go.
MOUNTS = {"gs://": "gcs", "minio://": "minio", "s3://": "s3"}

# `provisionOutputs` in driver/ adds this output where KFP is told to publish logs; the launcher itself writes it.
LAUNCHER_OUTPUT = "executor-logs"


# As components/stored_at.py, whose import takes seconds, calls it.
STORED_AT = "stored_at"

# The runner whose workers have no mounts; they, TensorFlow and Beam read `gs://` themselves.
REMOTE_RUNNER = "--runner=DataflowRunner"
REMOTE_SCHEME = "gs://"


def local_path(uri: str, mount_root: str) -> str:
    """Where the launcher puts, or looks for, the files of a URI.

    TensorFlow 2.21 has no file system for `minio://` and `s3://`; all three are mapped, so that all work alike.

    Args:
        uri: An artifact's URI.
        mount_root: The folder of the mounts, `/` on a cluster.

    Returns:
        A local path, or the URI itself where the launcher has no mount for it.
    """
    for scheme, mount in MOUNTS.items():
        if uri.startswith(scheme):
            return os.path.join(mount_root, mount, uri.removeprefix(scheme))
    return uri


def remote_uri(path: str, mount_root: str) -> str:
    """The URI of a path below a mount; the inverse of `local_path`.

    The launcher uploads what is at the URI's local path, and records the URI for later tasks: it must not be the path.

    Args:
        path: A local path.
        mount_root: The folder of the mounts.

    Returns:
        A URI, or the path itself where it lies below no mount.
    """
    for scheme, mount in MOUNTS.items():
        prefix = os.path.join(mount_root, mount, "")
        if path.startswith(prefix):
            return scheme + path.removeprefix(prefix)
    return path


def with_input_types(executor_input: ExecutorInput, inputs_spec: ComponentInputsSpec) -> ExecutorInput:
    """Gives input artifacts the types that the component declares.

    KFP's driver makes them from ML Metadata without a type (`toRuntimeArtifact` in metadata/converter.go), as
    `type: {instanceSchema: ""}`, at which TFX's `_retrieve_class_path` fails: tensorflow/tfx issue 7768.

    Args:
        executor_input: What the launcher hands over.
        inputs_spec: The component's declared inputs.

    Returns:
        A copy, complete.
    """
    typed = ExecutorInput()
    typed.CopyFrom(executor_input)
    for name, artifacts in typed.inputs.artifacts.items():
        for artifact in artifacts.artifacts:
            if not (artifact.type.instance_schema or artifact.type.schema_title):
                artifact.type.CopyFrom(inputs_spec.artifacts[name].artifact_type)
    return typed


def without_other_parameters(executor_input: ExecutorInput, inputs_spec: ComponentInputsSpec) -> ExecutorInput:
    """Leaves out the parameters that a component knows nothing of: the key of KFP's cache.

    Args:
        executor_input: What the launcher hands over.
        inputs_spec: The component's declared inputs.

    Returns:
        A copy with the component's own properties.
    """
    own = ExecutorInput()
    own.CopyFrom(executor_input)
    for name in set(own.inputs.parameter_values) - set(inputs_spec.parameters):
        del own.inputs.parameter_values[name]
    return own


def with_local_paths(executor_input: ExecutorInput, mount_root: str, as_is: str | None = None) -> ExecutorInput:
    """Replaces URIs of artifacts by the launcher's local copies, and leaves out what is not the component's output.

    Inputs keep their URIs as a property (`components/stored_at.py`), for records.

    Args:
        executor_input: What the launcher hands over.
        mount_root: The folder of the mounts.
        as_is: The scheme of URIs that stay; None where none do.

    Returns:
        A copy that names local paths only, wherever the launcher has a mount.
    """
    local = ExecutorInput()
    local.CopyFrom(executor_input)
    local.outputs.artifacts.pop(LAUNCHER_OUTPUT, None)
    for artifacts in local.inputs.artifacts.values():
        for artifact in artifacts.artifacts:
            artifact.metadata[STORED_AT] = artifact.uri
    for side in (local.inputs, local.outputs):
        for artifacts in side.artifacts.values():
            for artifact in artifacts.artifacts:
                if as_is is None or not artifact.uri.startswith(as_is):
                    artifact.uri = local_path(artifact.uri, mount_root)
    return local


def for_launcher(executor_output: ExecutorOutput, mount_root: str) -> ExecutorOutput:
    """Makes TFX's output one that the launcher can publish.

    It takes URIs, not paths, in metadata too: a blessing names its model. And it fails on null among the metadata
    (`StructValueToMLMDValue` in metadata/converter.go), which TFX writes for a property that has no value.

    Args:
        executor_output: What TFX's entrypoint wrote.
        mount_root: The folder of the mounts.

    Returns:
        A copy without nulls and paths below mounts.
    """
    published = ExecutorOutput()
    published.CopyFrom(executor_output)
    for artifacts in published.artifacts.values():
        for artifact in artifacts.artifacts:
            artifact.uri = remote_uri(artifact.uri, mount_root)
            for key, value in list(artifact.metadata.fields.items()):
                if value.HasField("null_value"):
                    del artifact.metadata.fields[key]
                elif value.HasField("string_value"):
                    value.string_value = remote_uri(value.string_value, mount_root)
    return published


def execution_name(executor_input: ExecutorInput) -> str:
    """A name for this execution: run, task and the driver's random folder, from an output's URI.

    TFX takes the folder of the output file for it, which is `/tmp/kfp_outputs` in every container.

    Args:
        executor_input: What the launcher hands over; its outputs are at `ROOT/PIPELINE/RUN/TASK/RANDOM/OUTPUT`.
    """
    uri = min(artifacts.artifacts[0].uri for artifacts in executor_input.outputs.artifacts.values())
    return "-".join(uri.split("/")[-4:-1])


def _last_runner(beam_arguments: list[str]) -> str | None:
    """The argument that names the runner: Beam heeds the last one."""
    return next((each for each in reversed(beam_arguments) if each.startswith("--runner=")), None)


def main(argv: list[str]) -> None:
    """Runs the component that the arguments name.

    Args:
        argv: The arguments, without the program's name; unknown ones are the component's Beam options.
    """
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--executor_class_path", required=True)
    parser.add_argument("--json_serialized_invocation_args", required=True)
    parser.add_argument("--json_serialized_inputs_spec_args", required=True)
    arguments, beam_arguments = parser.parse_known_args(argv)
    mount_root = os.environ.get(MOUNT_ROOT_VARIABLE, "/")

    given = json_format.Parse(arguments.json_serialized_invocation_args, ExecutorInput(), ignore_unknown_fields=True)
    inputs_spec = json_format.Parse(arguments.json_serialized_inputs_spec_args, ComponentInputsSpec())
    own = without_other_parameters(with_input_types(given, inputs_spec), inputs_spec)
    as_is = REMOTE_SCHEME if _last_runner(beam_arguments) == REMOTE_RUNNER else None
    executor_input = with_local_paths(own, mount_root, as_is)

    from absl import logging
    from tfx.orchestration.kubeflow.v2.container import kubeflow_v2_run_executor

    from pipeline.component_failed import user_error_behind

    logging.use_absl_handler()
    with tempfile.TemporaryDirectory() as folder:
        written = pathlib.Path(folder, execution_name(given), "output_metadata.json")
        executor_input.outputs.output_file = str(written)
        arguments.json_serialized_invocation_args = json_format.MessageToJson(executor_input)
        try:
            kubeflow_v2_run_executor.main((arguments, beam_arguments))
        except Exception as error:
            fault = user_error_behind(error)
            if fault is None:
                raise
            # What is wrong with data or config is one sentence; where the code noticed it helps nobody.
            sys.exit(f"bertline: {fault}")
        executor_output = json_format.Parse(written.read_text(encoding="utf-8"), ExecutorOutput())

    output_file = pathlib.Path(given.outputs.output_file)
    output_file.parent.mkdir(parents=True, exist_ok=True)
    output_file.write_text(json_format.MessageToJson(for_launcher(executor_output, mount_root)), encoding="utf-8")


if __name__ == "__main__":
    collect_rarely()
    main(sys.argv[1:])
