"""That the server of these tests refuses what does not fit the spec: here the spec is altered, not the client."""

import copy
import pathlib
import types
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.kubeflow.client.compiled_pipeline import CompiledPipeline
from pipeline.kubeflow.client.connection import Connection, PipelinesClient
from pipeline.kubeflow.client.new_run import start_run
from pipeline.kubeflow.client.schedule import Schedule, set_schedule
from pipeline.kubeflow.client.session import Session
from pipeline.kubeflow.client.upload import uploaded_version

Facts = dict[str, Any]


def ask_for_everything(host: str, pipeline_file: pathlib.Path) -> None:
    session = Session(PipelinesClient(Connection(host)), "tickets", "tickets", "account")
    compiled = CompiledPipeline.read(pipeline_file)
    for epochs in (1, 2):
        pipeline_file.write_text(f"{pipeline_file.read_text()}\n")
        compiled = CompiledPipeline.read(pipeline_file)
        version = uploaded_version(session, compiled)
        set_schedule(session, Schedule(version, "0 0 2 * * *", {"training_epochs": epochs}))
    run = start_run(session, compiled, {"training_epochs": 1})
    session.client.terminate_run(run.run_id)


def without(*path: str) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        for step in path[:-1]:
            facts = facts[step]
        if isinstance(facts, list):
            facts.remove(path[-1])
        else:
            del facts[path[-1]]

    return change


def as_type(definition: str, field: str, type_: str) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        facts["definitions"][definition]["fields"][field] = type_

    return change


def another_file_field(facts: Facts) -> None:
    facts["paths"]["/apis/v2beta1/pipelines/upload"]["post"]["file"] = "file"


def test_nothing_is_refused_by_the_spec_as_it_is(stub: types.SimpleNamespace, pipeline_file: pathlib.Path) -> None:
    ask_for_everything(stub.host, pipeline_file)
    assert len(stub.store.recurring_runs) == len(stub.store.runs) == 1


@pytest.mark.parametrize(
    "change",
    [
        without("definitions", "v2beta1Run", "fields", "display_name"),
        without("definitions", "v2beta1RuntimeConfig", "fields", "parameters"),
        without("definitions", "v2beta1RecurringRun", "fields", "no_catchup"),
        without("definitions", "v2beta1Experiment", "fields", "display_name"),
        without("definitions", "RecurringRunMode", "enum", "ENABLE"),
        without("definitions", "v2beta1DeletePropagationPolicy", "enum", "ORPHAN"),
        without("definitions", "Predicate", "fields", "string_value"),
        without("paths", "/apis/v2beta1/pipelines/upload_version", "post", "query", "pipelineid"),
        without("paths", "/apis/v2beta1/recurringruns", "get", "query", "filter"),
        without("paths", "/apis/v2beta1/runs/{run_id}:terminate"),
        without("paths", "/apis/v2beta1/healthz", "get"),
        as_type("v2beta1CronSchedule", "cron", "integer int32"),
        as_type("v2beta1RecurringRun", "max_concurrency", "boolean"),
        as_type("v2beta1RuntimeConfig", "parameters", "{string}"),
        another_file_field,
    ],
)
def test_a_request_that_does_not_fit_is_refused_and_remembered(
    api_stub: types.ModuleType, pipeline_file: pathlib.Path, change: Callable[[Facts], None]
) -> None:
    facts = copy.deepcopy(api_stub.ApiFacts().facts)
    change(facts)
    server = api_stub.ApiStub(api_stub.ApiFacts(facts))
    try:
        with pytest.raises(Exception, match=r"400|404"):
            ask_for_everything(server.host, pipeline_file)
    finally:
        server.close()
    assert server.faults
