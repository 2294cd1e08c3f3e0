"""What the server remembers, and how it answers: in memory, with the rules that callers depend on.

Where a rule is not in the spec, the file of kubeflow/pipelines that has it is named.
"""

import dataclasses
import datetime
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

import yaml


class RefusedError(Exception):
    """An answer that is no success: the status and a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclasses.dataclass
class Store:
    """Pipelines, versions, experiments, runs and recurring runs, oldest first.

    Attributes:
        multi_user: Whether the server is set up for several users.
        next_states: What runs become, one by one, whenever they are asked for.
    """

    multi_user: bool = False
    next_states: list[str] = dataclasses.field(default_factory=list)
    pipelines: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    versions: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    experiments: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    runs: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    recurring_runs: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def healthz(self) -> dict[str, Any]:
        return {"multi_user": self.multi_user, "pipeline_store": "database"}

    def upload_pipeline(self, query: Mapping[str, str], content: bytes) -> dict[str, Any]:
        name, namespace = query["name"], self._namespace(query)
        if any(each["name"] == name and each["namespace"] == namespace for each in self.pipelines):
            raise RefusedError(409, "Failed to create a pipeline and a pipeline version")
        pipeline = {
            "pipeline_id": _new_id(),
            "name": name,
            "display_name": query.get("display_name", name),
            "description": query.get("description", ""),
            "created_at": _now(),
            "namespace": namespace,
        }
        # The first version has the pipeline's name and description: server/pipeline_upload_server.go.
        self._add_version(pipeline, name, pipeline["description"], content)
        self.pipelines.append(pipeline)
        return pipeline

    def upload_version(self, query: Mapping[str, str], content: bytes) -> dict[str, Any]:
        pipeline = _found(self.pipelines, "pipeline_id", query["pipelineid"])
        return self._add_version(pipeline, query["name"], query.get("description", ""), content)

    def create_experiment(self, body: dict[str, Any]) -> dict[str, Any]:
        experiment = {
            **body,
            "experiment_id": _new_id(),
            "created_at": _now(),
            "namespace": self._namespace(body),
            "storage_state": "AVAILABLE",
        }
        self.experiments.append(experiment)
        return experiment

    def create_run(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_source(body)
        run = {
            **body,
            "run_id": _new_id(),
            "storage_state": "AVAILABLE",
            "service_account": body.get("service_account") or "pipeline-runner",
            "created_at": _now(),
            "scheduled_at": _now(),
            "finished_at": "1970-01-01T00:00:00Z",
            "state": "PENDING",
        }
        self.runs.append(run)
        return run

    def get_run(self, run_id: str) -> dict[str, Any]:
        run = _found(self.runs, "run_id", run_id)
        if self.next_states:
            self.become(run, self.next_states.pop(0))
        return run

    def terminate_run(self, run_id: str) -> None:
        self.become(_found(self.runs, "run_id", run_id), "CANCELING")

    def become(self, run: dict[str, Any], state: str, message: str | None = None) -> None:
        """Brings a run into a state; one that fails has a failed task."""
        run["state"] = state
        if state in ("SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"):
            run["finished_at"] = _now()
        if state == "FAILED":
            task = {"run_id": run["run_id"], "display_name": "Trainer", "state": "FAILED"}
            run["run_details"] = {"task_details": [{**task, "display_name": "Transform", "state": "SUCCEEDED"}, task]}
            run["error"] = {"code": 2, "message": message or "the task Trainer failed\nand a second line"}

    def create_recurring_run(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_source(body)
        if not 1 <= int(body["max_concurrency"]) <= 10:
            raise RefusedError(400, "The max concurrency of the recurring run must be between 1 and 10")
        recurring_run = {
            **body,
            "recurring_run_id": _new_id(),
            "max_concurrency": str(body["max_concurrency"]),
            "service_account": body.get("service_account") or "pipeline-runner",
            "created_at": _now(),
            "updated_at": _now(),
            "status": "ENABLED" if body["mode"] == "ENABLE" else "DISABLED",
            "namespace": _found(self.experiments, "experiment_id", body["experiment_id"])["namespace"],
        }
        self.recurring_runs.append(recurring_run)
        return recurring_run

    def delete_recurring_run(self, recurring_run_id: str, query: Mapping[str, str]) -> None:
        recurring_run = _found(self.recurring_runs, "recurring_run_id", recurring_run_id)
        self.recurring_runs.remove(recurring_run)
        if query.get("propagation_policy") != "ORPHAN":
            # Kubernetes then deletes what the schedule owns: https://github.com/kubeflow/pipelines/issues/12573
            for run in self.runs:
                if run.get("recurring_run_id") == recurring_run_id:
                    self.become(run, "CANCELED")

    def listed(self, things: list[dict[str, Any]], field: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page: by namespace and experiment, filtered and sorted by time, as many as asked for."""
        if self.multi_user and field != "pipeline_versions" and "experiment_id" not in query:
            self._namespace(query)
        found = [each for each in things if _fits(each, query)]
        order = query.get("sort_by") or "created_at"
        if not re.fullmatch("created_at( asc| desc)?", order):
            raise RefusedError(400, f"Invalid sort by: {order}")
        found = found[::-1] if order.endswith("desc") else found
        start, size = int(query.get("page_token") or 0), int(query.get("page_size") or 20)
        page: dict[str, Any] = {field: found[start : start + size], "total_size": len(found)}
        return page | ({"next_page_token": str(start + size)} if len(found) > start + size else {})

    def _namespace(self, given: Mapping[str, Any]) -> str:
        namespace: str = given.get("namespace") or ""
        if self.multi_user and not namespace:
            raise RefusedError(400, "Invalid input error: a namespace must be given in multi-user mode")
        return namespace

    def _add_version(self, pipeline: dict[str, Any], name: str, description: str, content: bytes) -> dict[str, Any]:
        documents = list(yaml.safe_load_all(content))
        versions = [each for each in self.versions if each["pipeline_id"] == pipeline["pipeline_id"]]
        if any(each["name"] == name for each in versions):
            raise RefusedError(409, "Failed to create a pipeline version")
        version = {
            "pipeline_id": pipeline["pipeline_id"],
            "pipeline_version_id": _new_id(),
            "name": name,
            "display_name": name,
            "description": description,
            "created_at": _now(),
            # `yamlStringToPipelineSpecStruct` in server/api_util.go.
            "pipeline_spec": documents[0]
            if len(documents) == 1
            else {"pipeline_spec": documents[0], "platform_spec": documents[1]},
        }
        self.versions.append(version)
        return version

    def _check_source(self, body: dict[str, Any]) -> None:
        _found(self.experiments, "experiment_id", body["experiment_id"])
        reference = body.get("pipeline_version_reference")
        if reference:
            version = _found(self.versions, "pipeline_version_id", reference["pipeline_version_id"])
            assert version["pipeline_id"] == reference["pipeline_id"]
            spec = version["pipeline_spec"]
        else:
            spec = body["pipeline_spec"]
        root = spec.get("pipeline_spec", spec)["root"]
        unknown = set(body["runtime_config"].get("parameters", {})) - set(root["inputDefinitions"]["parameters"])
        if unknown:
            raise RefusedError(400, f"parameters that the pipeline has not: {sorted(unknown)}")


def _fits(thing: dict[str, Any], query: Mapping[str, str]) -> bool:
    predicates = json.loads(query["filter"]).get("predicates", []) if query.get("filter") else []
    if any(predicate["operation"] != 1 for predicate in predicates):
        raise RefusedError(400, "only EQUALS is here")
    wanted = {predicate["key"]: predicate["stringValue"] for predicate in predicates}
    wanted |= {key: query[key] for key in ("experiment_id", "namespace") if query.get(key) and key in thing}
    return all(thing[key] == value for key, value in wanted.items())


def _found(things: list[dict[str, Any]], key: str, value: str) -> dict[str, Any]:
    found = next((each for each in things if each[key] == value), None)
    if found is None:
        raise RefusedError(404, f"{key} {value} not found")
    return found


def _new_id() -> str:
    return str(uuid.uuid4())


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
