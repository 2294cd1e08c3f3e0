"""A pipeline on a Kubeflow Pipelines server: what every command asks with."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.kubeflow.client.connection import Connection, PipelinesClient

_PAGE_SIZE = 100
_EQUALS = 1
"""Of `Predicate.Operation` in the API's filter.proto."""


@dataclasses.dataclass(frozen=True)
class Session:
    """Who asks, and about which pipeline.

    Attributes:
        client: The connected client.
        pipeline: The pipeline's name.
        experiment: The name of the experiment that its runs belong to.
        service_account: The Kubernetes service account of its runs.
    """

    client: PipelinesClient
    pipeline: str
    experiment: str
    service_account: str | None = None

    @property
    def connection(self) -> Connection:
        """The way to the server."""
        return self.client.connection

    def pipeline_id(self) -> str | None:
        """The pipeline's, or None where it was not uploaded yet."""
        # kfp's `get_pipeline_id` looks into no namespace.
        answer = self.client.list_pipelines(
            filter=named(self.pipeline), namespace=self.connection.namespace, page_size=1
        )
        return answer.pipelines[0].pipeline_id if answer.pipelines else None

    def experiment_id(self) -> str | None:
        """The experiment's, or None where it was not made yet."""
        answer = self.client.list_experiments(
            filter=named(self.experiment), namespace=self.connection.namespace, page_size=1
        )
        return answer.experiments[0].experiment_id if answer.experiments else None

    def made_experiment_id(self) -> str:
        """The experiment's, which is made where it is missing."""
        made = self.client.create_experiment(self.experiment, namespace=self.connection.namespace)
        return str(made.experiment_id)


def named(name: str) -> str:
    """The API's filter for what has a name."""
    return json.dumps({"predicates": [{"operation": _EQUALS, "key": "display_name", "stringValue": name}]})


def paged(ask: Callable[..., Any], field: str, **arguments: Any) -> Iterator[Any]:
    """All that a list method of kfp's client has, page by page.

    Args:
        ask: The method.
        field: Of its answer, with the things listed.
        arguments: What it is asked for.
    """
    token = ""
    while True:
        answer = ask(page_token=token, page_size=_PAGE_SIZE, **arguments)
        yield from getattr(answer, field) or []
        token = answer.next_page_token or ""
        if not token:
            return
