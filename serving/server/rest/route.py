"""What a REST path asks for."""

import dataclasses
import re
import urllib.parse

from serving.server.serving_error import invalid_argument

_PREDICTION = re.compile(
    r"/v1/models/([^/:]+)(?:/versions/([0-9]+)|/labels/([^/:]+))?:(classify|regress|predict)", re.IGNORECASE
)
_MODEL = re.compile(r"/v1/models(?:/([^/:]+))?(?:/versions/([0-9]+)|/labels/([^/:]+))?(?:/(metadata))?", re.IGNORECASE)
_API = re.compile(r"/v1/.*", re.IGNORECASE | re.DOTALL)
_LARGEST_VERSION = 2**63 - 1


@dataclasses.dataclass(frozen=True)
class Route:
    """A model and what is wanted of it.

    Attributes:
        action: `predict`, `classify`, `regress`, `status` or `metadata`.
        model: The model's name.
        version: Its version, if the path names one.
        label: A label of it, if the path names one.
    """

    action: str
    model: str
    version: int | None = None
    label: str | None = None


def is_api_path(path: str) -> bool:
    """Whether a path belongs to the REST API at all."""
    return _API.fullmatch(path) is not None


def parse_route(method: str, path: str) -> Route:
    """Reads a path of the API.

    Args:
        method: The HTTP method.
        path: The path with its query, which belongs to no route, as it came.

    Raises:
        ServingError: There is no such route.
    """
    patterns = {"POST": _PREDICTION, "GET": _MODEL}
    match = patterns[method].fullmatch(path) if method in patterns else None
    malformed = invalid_argument(f"Malformed request: {method} {path}")
    if match is None:
        raise malformed
    name, number, label, action = match.groups()
    if number is not None and int(number) > _LARGEST_VERSION:
        raise invalid_argument(f"Failed to convert version: {number} to numeric.")
    if action is not None and action != action.lower():
        # The stock server finds the route but then knows no such method.
        raise malformed
    if name is None:
        raise invalid_argument("Missing model name in request.")
    return Route(
        action or "status",
        urllib.parse.unquote(name),
        None if number is None else int(number),
        None if label is None else urllib.parse.unquote(label),
    )
