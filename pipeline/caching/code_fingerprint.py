"""The identity of the code that a component runs: its modules, what they import, and the libraries' versions."""

import ast
import functools
import hashlib
import importlib.metadata
import importlib.util
import pathlib
import platform
import re
import sysconfig
from collections.abc import Iterable, Iterator

PROJECT_PACKAGES = ("components", "models", "pipeline", "serving")

_LIBRARIES = (
    "apache-beam", "keras", "keras-hub", "keras-tuner", "numpy", "pyarrow", "tensorflow", "tensorflow-data-validation",
    "tensorflow-model-analysis", "tensorflow-text", "tensorflow-transform", "tfx",
)  # fmt: skip
"""Distributions whose release can change a component's result."""

_INSTALLED = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
"""Folders of Python's library and of packages, which count by their versions."""

_DOTTED = re.compile(r"[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)+")


def code_fingerprint(modules: Iterable[str]) -> str:
    """Hashes modules and all that they reach by imports, with the versions of Python and the libraries.

    Args:
        modules: Full names of modules.
    """
    digests = reached_modules(modules)
    found = "".join(f"{module} {digest}\n" for module, digest in sorted(digests.items()))
    return hashlib.blake2b((_versions() + found).encode(), digest_size=16).hexdigest()


def reached_modules(modules: Iterable[str]) -> dict[str, str]:
    """Follows imports within the project, and to the user's own modules, but not into Python's library or packages.

    Nothing is imported: the sources are parsed. Imports inside functions count, and so do strings that are the import
    path of a module's content, since libraries are told by such strings what to call.

    Args:
        modules: Full names of modules.

    Returns:
        The hash of each module's source, those of packages on the way included.
    """
    waiting = list(modules)
    digests: dict[str, str] = {}
    while waiting:
        module = waiting.pop()
        path = _source(module)
        if module in digests or path is None:
            continue
        digests[module], mentioned = _read(path, module, path.stat().st_mtime_ns)
        waiting += mentioned
    return digests


@functools.cache
def _versions() -> str:
    versions = [f"python {platform.python_version()}"]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    return "".join(f"{version}\n" for version in versions)


def _source(module: str) -> pathlib.Path | None:
    """The file of a module; None where the name is no module's."""
    top, *rest = module.split(".")
    for root in _roots(top):
        path = root.joinpath(*rest)
        # In Python's order.
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if file.is_file():
                return file
    return None


@functools.cache
def _roots(top: str) -> tuple[pathlib.Path, ...]:
    """The folders of a top-level package, or the file of a module less its ending; none of what was installed."""
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return ()
    if spec is None or (spec.origin is None and spec.submodule_search_locations is None):
        return ()
    places = spec.submodule_search_locations or [str(spec.origin).removesuffix(".py")]
    return tuple(path for path in map(pathlib.Path, places) if not _is_installed(path))


def _is_installed(path: pathlib.Path) -> bool:
    return not path.is_absolute() or any(path.is_relative_to(folder) for folder in _INSTALLED)


@functools.cache
def _read(path: pathlib.Path, module: str, modified_at: int) -> tuple[str, tuple[str, ...]]:
    """A file's hash, and the names in it that may be modules'; once for each state of the file."""
    source = path.read_bytes()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    mentioned = {module.rpartition(".")[0]}
    try:
        tree: ast.AST = ast.parse(source, filename=str(path))
    except (SyntaxError, ValueError):
        # Whoever imports it will hear of it; such as a module for another Python, which nobody does.
        tree = ast.Module([], [])
    for node in ast.walk(tree):
        for name in _mentioned(node, package):
            # The last part may be a module or something inside of one.
            mentioned |= {name, name.rpartition(".")[0]}
    return hashlib.blake2b(source, digest_size=16).hexdigest(), tuple(sorted(mentioned - {""}))


def _mentioned(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*parents, *filter(None, [node.module])])
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value):
        yield node.value
