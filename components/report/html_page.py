"""Fills a template of a page that needs nothing else: no network, no other file."""

import base64
import hashlib
import importlib.resources
from importlib.resources.abc import Traversable
from typing import Any

import jinja2
import markupsafe

from components.report.number_text import exact_number, percentage, plain_number, span_of_time

_MACROS = "macros.html.j2"


def render_template(template: Traversable, **values: Any) -> str:
    """Returns a page with the project's style and the script that sorts tables; values are escaped.

    Args:
        template: A Jinja template; it can import `macros.html.j2`.
        **values: What it names. `style`, `script` and `script_hash` are there besides.
    """
    shared = importlib.resources.files("components.report") / "template"
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(
            lambda name: (shared / name if name == _MACROS else template).read_text(encoding="utf-8")
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": exact_number, "plain": plain_number, "percent": percentage, "duration": span_of_time,
    }  # fmt: skip
    script = (shared / "sort.js").read_text(encoding="utf-8")
    return environment.get_template(template.name).render(
        style=markupsafe.Markup((shared / "style.css").read_text(encoding="utf-8")),  # noqa: S704 (our own file)
        script=markupsafe.Markup(script),  # noqa: S704 (our own file)
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        **values,
    )
