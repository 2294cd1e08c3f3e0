"""The facts of the API's spec, held against kfp_server_api, which others generated from it."""

import inspect
import re
from typing import Any

import kfp_server_api
import pytest

NEWER = {("v2beta1RecurringRun", "tags"), ("post /apis/v2beta1/pipelines/upload", "code_source_url")} | {
    ("post /apis/v2beta1/pipelines/upload_version", "code_source_url")
}
"""What the spec has since, and the installed client has not yet."""
CLASSES = {
    "googlerpcStatus": "GoogleRpcStatus",
    "googleRpcStatus": "GoogleRpcStatus",
    "Filter": "V2beta1Filter",
    "Predicate": "V2beta1Predicate",
    "Predicate.Operation": "V2beta1PredicateOperation",
    "Predicate.IntValues": "PredicateIntValues",
    "Predicate.LongValues": "PredicateLongValues",
    "Predicate.StringValues": "PredicateStringValues",
}
TYPES = {
    "string": "str",
    "string int64": "str",
    "string date-time": "datetime",
    "integer int32": "int",
    "boolean": "bool",
    "object": "object",
    "any": "object",
}


def class_name(definition: str) -> str:
    return CLASSES.get(definition, definition[0].upper() + definition[1:])


def python_type(type_: str) -> str:
    if type_[0] == "[":
        return f"list[{python_type(type_[1:-1])}]"
    if type_[0] == "{":
        return f"dict(str, {python_type(type_[1:-1])})"
    return TYPES.get(type_) or class_name(type_)


class Recorder:
    """Stands for the client behind kfp_server_api's methods, and notes what they would send."""

    client_side_validation = False

    def __init__(self) -> None:
        self.operations: dict[str, tuple[set[str], bool, set[str]]] = {}

    def select_header_accept(self, accepts: list[str]) -> str:
        return accepts[0]

    select_header_content_type = select_header_accept

    def call_api(self, path: str, method: str, _: Any, query: Any, __: Any, **sent: Any) -> None:
        names = {name for name, _ in query}
        self.operations[f"{method.lower()} {path}"] = names, sent["body"] is not None, set(sent["files"])


@pytest.fixture(scope="module")
def operations() -> dict[str, tuple[set[str], bool, set[str]]]:
    """What each of kfp_server_api's methods sends: the names in the query, whether a body, the files."""
    recorder = Recorder()
    for name, api in inspect.getmembers(kfp_server_api, inspect.isclass):
        if not name.endswith("ServiceApi"):
            continue
        for method_name, method in inspect.getmembers(api(recorder), inspect.ismethod):
            if method_name.endswith("_with_http_info"):
                names = re.findall(r":param ([a-z]\w*):", method.__doc__ or "")
                method(**{each: "x" for each in names if each != "async_req"})
    return recorder.operations


def test_every_definition_is_as_in_the_client(api_stub: Any) -> None:
    for name, definition in api_stub.ApiFacts().definitions.items():
        model = getattr(kfp_server_api, class_name(name), None)
        if name == "protobufAny":
            continue
        assert model is not None, name
        if "enum" in definition:
            assert definition["enum"] == model.allowable_values, name
            continue
        generated = {model.attribute_map[each]: type_ for each, type_ in model.openapi_types.items()}
        ours = {
            field: python_type(type_) for field, type_ in definition["fields"].items() if (name, field) not in NEWER
        }
        assert ours == generated, name


def test_every_operation_is_as_in_the_client(
    api_stub: Any, operations: dict[str, tuple[set[str], bool, set[str]]]
) -> None:
    for path, methods in api_stub.ApiFacts().facts["paths"].items():
        for method, operation in methods.items():
            key = f"{method} {path}"
            query = {name for name in operation.get("query", {}) if (key, name) not in NEWER}
            files = {operation["file"]} if "file" in operation else set()
            assert (query, "body" in operation, files) == operations[key], key


def test_the_facts_name_their_sources(api_stub: Any) -> None:
    facts = api_stub.ApiFacts().facts
    assert (facts["repository"], facts["license"]) == ("kubeflow/pipelines", "Apache-2.0")
    assert all(re.fullmatch("[0-9a-f]{40}", commit) for commit in facts["commits"].values())


@pytest.mark.parametrize(
    ("value", "type_", "right"),
    [
        ({"display_name": "a"}, "v2beta1Experiment", True),
        ({"displayname": "a"}, "v2beta1Experiment", False),
        ({"display_name": 3}, "v2beta1Experiment", False),
        ({"mode": "ENABLE"}, "v2beta1RecurringRun", True),
        ({"mode": "ENABLED"}, "v2beta1RecurringRun", False),
        ({"max_concurrency": 1}, "v2beta1RecurringRun", True),
        ({"max_concurrency": "1"}, "v2beta1RecurringRun", True),
        ({"max_concurrency": "one"}, "v2beta1RecurringRun", False),
        ({"no_catchup": "true"}, "v2beta1RecurringRun", False),
        ({"created_at": "2026-01-01T00:00:00Z"}, "v2beta1Run", True),
        ({"created_at": "today"}, "v2beta1Run", False),
        ({"runtime_config": {"parameters": {"a": [1]}}}, "v2beta1Run", True),
        ({"runtime_config": {"parameter": {}}}, "v2beta1Run", False),
        ({"runs": [{"state": "RUNNING"}, {"state": "running"}]}, "v2beta1ListRunsResponse", False),
        ({"runs": {}}, "v2beta1ListRunsResponse", False),
        ({"total_size": True}, "v2beta1ListRunsResponse", False),
        ({"tags": {"a": "b"}}, "v2beta1Pipeline", True),
        ({"tags": {"a": 1}}, "v2beta1Pipeline", False),
    ],
)
def test_what_does_not_fit_a_definition_is_found(api_stub: Any, value: Any, type_: str, right: bool) -> None:
    assert (list(api_stub.ApiFacts().faults(value, type_, "body")) == []) is right


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ({"page_size": ["10"]}, True),
        ({"page_size": ["ten"]}, False),
        ({"pagesize": ["10"]}, False),
        ({"page_token": ["a", "b"]}, False),
        ({"filter": ['{"predicates": [{"operation": 1, "key": "display_name", "stringValue": "a"}]}']}, True),
        ({"filter": ['{"predicates": [{"operation": "EQUALS", "key": "display_name", "string_value": "a"}]}']}, True),
        ({"filter": ['{"predicates": [{"operation": 4, "key": "display_name", "stringValue": "a"}]}']}, False),
        ({"filter": ['{"predicates": [{"op": 1, "key": "display_name", "stringValue": "a"}]}']}, False),
        ({"filter": ['{"predicate": []}']}, False),
    ],
)
def test_what_does_not_fit_a_query_is_found(api_stub: Any, query: dict[str, list[str]], right: bool) -> None:
    facts = api_stub.ApiFacts()
    _, _, operation = facts.operation("GET", "/apis/v2beta1/runs")
    assert (list(facts.faults_of_query(operation, query)) == []) is right


def test_paths_and_methods_are_told_apart(api_stub: Any) -> None:
    facts = api_stub.ApiFacts()
    assert facts.operation("POST", "/apis/v2beta1/runs/1-2:terminate")[1] == {"run_id": "1-2"}
    assert facts.operation("GET", "/apis/v2beta1/runs/1-2")[0] == "/apis/v2beta1/runs/{run_id}"
    assert facts.operation("PUT", "/apis/v2beta1/runs/1-2") is None
    assert facts.operation("GET", "/apis/v1beta1/runs") is None
