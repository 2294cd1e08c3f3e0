"""The page to try models, as the files that a browser asks for."""

import importlib.resources
import json
from collections.abc import Collection

_FILES = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/views.js": ("views.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
_MODELS = "/models.json"

# Nothing from elsewhere, nothing inline, no frame around it: texts and labels can be nothing but text.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}  # fmt: skip


def page_file(method: str, path: str, model_names: Collection[str]) -> tuple[bytes, str] | None:
    """What a browser gets for a path outside the API.

    Args:
        method: The HTTP method.
        path: The path as it came; its query is ignored.
        model_names: The models that are served, which the page cannot ask the API for.

    Returns:
        The content and its type; None where the page has no such file.
    """
    place = path.partition("?")[0]
    if method != "GET":
        return None
    if place == _MODELS:
        return json.dumps(sorted(model_names)).encode(), "application/json"
    if place not in _FILES:
        return None
    name, content_type = _FILES[place]
    return (importlib.resources.files(__package__) / name).read_bytes(), content_type
