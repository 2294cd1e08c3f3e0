"""Nothing in the source turns data into code: no pickle, no eval, no shell, no unsafe YAML, no archive unpacked."""

import ast
import pathlib
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("models", "components", "serving", "pipeline", "kubeflow", "environment")
SOURCES = sorted([ROOT / "setup.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))])

_MODULES = {
    *("pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "code", "codeop"),
    *("tarfile", "zipfile", "runpy", "imp", "jsonpickle", "torch", "xml"),
}
"""Modules that read code or archives, or whose readers run what they read."""

_BUILTINS = {"eval", "exec", "compile", "__import__", "input"}

_ATTRIBUTES = {
    *("system", "popen", "unsafe_load", "full_load", "load_all", "UnsafeLoader", "FullLoader", "unpack_archive"),
    *("extractall", "enable_unsafe_deserialization", "mktemp", "getstatusoutput", "read_pickle"),
}
"""Whatever they are called on: `os.system`, `yaml.unsafe_load`, `keras.config.enable_unsafe_deserialization`, …"""

_DOTTED = {"yaml.load", "yaml.Loader", "keras.models.load_model", "keras.saving.load_model", "marshal.loads"}
_ARGUMENTS = {"shell=True", "safe_mode=False", "allow_pickle=True", "trust_remote_code=True"}


def _faults(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in _MODULES)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            if (node.module or "").partition(".")[0] in _MODULES:
                yield str(node.module)
            yield from (alias.name for alias in node.names if alias.name in _ATTRIBUTES)
            yield from (full for alias in node.names if (full := f"{node.module}.{alias.name}") in _DOTTED)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _BUILTINS:
            yield node.id
        elif isinstance(node, ast.Attribute):
            full = ast.unparse(node)
            if node.attr in _ATTRIBUTES or full in _DOTTED:
                yield full
        elif isinstance(node, ast.keyword) and ast.unparse(node) in _ARGUMENTS:
            yield ast.unparse(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_turns_no_data_into_code(path: pathlib.Path) -> None:
    assert list(_faults(path.read_text(encoding="utf-8"))) == []


def test_all_sources_are_looked_at() -> None:
    assert len(SOURCES) > 500
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == {"setup.py", *FOLDERS}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import pickle as p",
        "from pickle import loads",
        "def f():\n    import cloudpickle",
        "import torch.nn",
        "eval('1')",
        "run = exec",
        "import os\nos.system('ls')",
        "from os import system",
        "import yaml\nyaml.load(text)",
        "from yaml import load",
        "yaml.unsafe_load(text)",
        "yaml.load(text, Loader=yaml.FullLoader)",
        "subprocess.run('ls', shell=True)",
        "np.load(path, allow_pickle=True)",
        "keras.models.load_model(path)",
        "keras.saving.deserialize_keras_object(config, safe_mode=False)",
        "keras.config.enable_unsafe_deserialization()",
        "shutil.unpack_archive(path)",
        "tempfile.mktemp()",
        "marshal.loads(content)",
    ],
)
def test_each_way_is_found(source: str) -> None:
    assert list(_faults(source))


@pytest.mark.parametrize(
    "source", ["yaml.safe_load(text)", "json.loads(text)", "re.compile('x')", "subprocess.run(['ls'])", "f(shell=1)"]
)
def test_what_is_safe_is_let(source: str) -> None:
    assert list(_faults(source)) == []
