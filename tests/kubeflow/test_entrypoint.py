"""What the container's entrypoint makes of KFP's messages, function by function."""

import types

import pytest
from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import ComponentInputsSpec, ExecutorInput, ExecutorOutput

EXAMPLES = "title: tfx.Examples\ntype: object\n"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("minio://bucket/base/a b/ü", "/minio/bucket/base/a b/ü"),
        ("s3://bucket/base", "/s3/bucket/base"),
        ("gs://bucket/base", "/gcs/bucket/base"),
        ("/mnt/volume/root", "/mnt/volume/root"),
        ("oci://registry/model", "oci://registry/model"),
    ],
)
def test_uris_map_to_mounts_and_back(entrypoint: types.ModuleType, uri: str, path: str) -> None:
    assert entrypoint.local_path(uri, "/") == path
    assert entrypoint.remote_uri(path, "/") == uri


def test_mounts_move_with_their_root(entrypoint: types.ModuleType) -> None:
    assert entrypoint.local_path("s3://bucket/key", "/elsewhere") == "/elsewhere/s3/bucket/key"
    assert entrypoint.remote_uri("/elsewhere/s3/bucket/key", "/elsewhere") == "s3://bucket/key"
    assert entrypoint.remote_uri("/s3/bucket/key", "/elsewhere") == "/s3/bucket/key"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"instanceSchema": EXAMPLES}),
        ({"instanceSchema": ""}, {"instanceSchema": EXAMPLES}),
        ({"schemaTitle": "tfx.Model"}, {"schemaTitle": "tfx.Model"}),
    ],
)
def test_inputs_without_a_type_get_the_declared_one(
    entrypoint: types.ModuleType, given: dict[str, str], expected: dict[str, str]
) -> None:
    inputs = {"examples": {"artifacts": [{"uri": "minio://b/k", "type": given}]}}
    declared = {"examples": {"artifactType": {"instanceSchema": EXAMPLES}}}
    typed = entrypoint.with_input_types(
        json_format.ParseDict({"inputs": {"artifacts": inputs}}, ExecutorInput()),
        json_format.ParseDict({"artifacts": declared}, ComponentInputsSpec()),
    )
    assert json_format.MessageToDict(typed.inputs.artifacts["examples"].artifacts[0].type) == expected


def test_the_components_own_parameters_stay_and_no_others(entrypoint: types.ModuleType) -> None:
    given = json_format.ParseDict(
        {"inputs": {"parameterValues": {"cache_key": "0f3a", "training_epochs": 3}}}, ExecutorInput()
    )
    declared = json_format.ParseDict(
        {"parameters": {"training_epochs": {"parameterType": "NUMBER_INTEGER"}}}, ComponentInputsSpec()
    )
    own = entrypoint.without_other_parameters(given, declared)
    assert dict(own.inputs.parameter_values) == {"training_epochs": given.inputs.parameter_values["training_epochs"]}
    assert "cache_key" in given.inputs.parameter_values, "the argument must stay as it was"


def test_inputs_and_outputs_are_local_and_the_launchers_own_output_is_left_out(entrypoint: types.ModuleType) -> None:
    given = json_format.ParseDict(
        {
            "inputs": {"artifacts": {"examples": {"artifacts": [{"uri": "minio://b/examples"}]}}},
            "outputs": {
                "artifacts": {
                    "model": {"artifacts": [{"uri": "gs://b/model"}]},
                    "executor-logs": {"artifacts": [{"uri": "gs://b/logs"}]},
                }
            },
        },
        ExecutorInput(),
    )
    local = entrypoint.with_local_paths(given, "/")
    [examples] = local.inputs.artifacts["examples"].artifacts
    assert examples.uri == "/minio/b/examples"
    assert dict(examples.metadata) == {"stored_at": "minio://b/examples"}
    assert {name: value.artifacts[0].uri for name, value in local.outputs.artifacts.items()} == {
        "model": "/gcs/b/model"
    }
    assert "executor-logs" in given.outputs.artifacts, "the argument must stay as it was"


def test_what_dataflow_reads_and_writes_stays_on_google_storage(entrypoint: types.ModuleType) -> None:
    uris = {"examples": "gs://b/examples", "model": "s3://b/model"}
    given = {"artifacts": {name: {"artifacts": [{"uri": uri}]} for name, uri in uris.items()}}
    executor_input = json_format.ParseDict({"inputs": given, "outputs": given}, ExecutorInput())
    local = entrypoint.with_local_paths(executor_input, "/", as_is="gs://")
    for side in (local.inputs, local.outputs):
        assert {name: value.artifacts[0].uri for name, value in side.artifacts.items()} == {
            "examples": "gs://b/examples",
            "model": "/s3/b/model",
        }


def test_published_outputs_have_uris_and_no_nulls(entrypoint: types.ModuleType) -> None:
    metadata = {"span": None, "split_names": '["train"]', "blessed": 0, "rows": {"train": None}, "model": "/s3/b/model"}
    written = json_format.ParseDict(
        {"artifacts": {"examples": {"artifacts": [{"uri": "/minio/b/examples", "metadata": metadata}]}}},
        ExecutorOutput(),
    )
    published = entrypoint.for_launcher(written, "/").artifacts["examples"].artifacts[0]
    assert published.uri == "minio://b/examples"
    del metadata["span"]
    assert json_format.MessageToDict(published.metadata) == {**metadata, "model": "s3://b/model"}


def test_an_execution_is_named_after_its_run_and_task(entrypoint: types.ModuleType) -> None:
    uri = "minio://bucket/base/tickets/0f3a/Trainer/9b1c/model"
    given = json_format.ParseDict({"outputs": {"artifacts": {"model": {"artifacts": [{"uri": uri}]}}}}, ExecutorInput())
    assert entrypoint.execution_name(given) == "0f3a-Trainer-9b1c"
