"""What Kubeflow Pipelines' API refuses, told to a person: one sentence, with the way out."""

import contextlib
import json
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import kfp_server_api
import urllib3.exceptions

from models.user_error import UserError
from pipeline.kubeflow.client.connection import Connection


@contextlib.contextmanager
def told_as_user_errors(connection: Connection) -> Iterator[None]:
    """Turns the failures of requests that are made inside of it into UserErrors.

    Args:
        connection: Where they go.

    Raises:
        UserError: A request failed.
    """
    try:
        yield
    except kfp_server_api.ApiException as error:
        raise UserError(_refusal(error, connection)) from error
    except urllib3.exceptions.HTTPError as error:
        raise UserError(_unreachable(error, connection)) from error


def _unreachable(error: urllib3.exceptions.HTTPError, connection: Connection) -> str:
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, urllib3.exceptions.SSLError | ssl.SSLError):
        return (
            f"{connection.host}: its certificate cannot be trusted ({reason}); name the file of the authority that "
            "signed it by --ca-certificate"
        )
    return (
        f"{connection.host} cannot be reached ({type(reason).__name__}): is kubeflow.host (or --host) right, and does "
        "`kubectl port-forward` still run where it leads to one?"
    )


def _refusal(error: kfp_server_api.ApiException, connection: Connection) -> str:
    said = _said(error)
    match error.status:
        case HTTPStatus.UNAUTHORIZED:
            return (
                f"{connection.host} does not know who asks ({said}): give credentials, or newer ones; "
                "`bertline kubeflow submit --help` tells how"
            )
        case HTTPStatus.FORBIDDEN:
            place = f"in the namespace {connection.namespace}" if connection.namespace else "there"
            return (
                f"{connection.host} forbids it ({said}): ask for the right to run pipelines {place}, or give another "
                "kubeflow.namespace or other credentials"
            )
        case HTTPStatus.NOT_FOUND:
            return (
                f"{connection.host} has no such thing ({said}): it was deleted meanwhile, or kubeflow.host is not the "
                "address of Kubeflow Pipelines 2"
            )
        case HTTPStatus.CONFLICT:
            return f"{connection.host} has it already ({said}): someone else made it just now; try again"
        case HTTPStatus.BAD_REQUEST:
            return f"{connection.host} does not take it: {said}"
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{connection.host} failed ({said}): try again later; the log of the deployment ml-pipeline says more"
    return f"{connection.host} answers {said}"


def _said(error: kfp_server_api.ApiException) -> str:
    """The status and what the server's own message begins with."""
    body = error.body.decode(errors="replace") if isinstance(error.body, bytes) else error.body or ""
    with contextlib.suppress(ValueError, AttributeError):
        body = json.loads(body)
        # The upload's errors are written by hand, the others by gRPC's gateway.
        body = body.get("message") or body.get("error_details") or body.get("error_message") or ""
    first = body.strip().splitlines()[0] if isinstance(body, str) and body.strip() else ""
    if first.startswith("<"):
        first = ""
    return f"{error.status} {error.reason}{': ' if first else ''}{first[:300]}"
