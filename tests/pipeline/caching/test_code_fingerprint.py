"""What counts as the code of a component: the sources of packages of a user's, written here, and the project's own."""

import importlib.metadata
import os
import pathlib
import re
import sys
import time
from collections.abc import Callable, Mapping

import pytest

from pipeline.caching import code_fingerprint as module_under_test
from pipeline.caching.code_fingerprint import code_fingerprint, reached_modules

Write = Callable[[Mapping[str, str]], None]


@pytest.fixture
def top(request: pytest.FixtureRequest, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A top-level name of this test only, below a folder where imports look."""
    monkeypatch.syspath_prepend(tmp_path)
    return f"user_{re.sub(r'[^a-z0-9]', '_', request.node.name.lower())}"


@pytest.fixture
def write(tmp_path: pathlib.Path, top: str) -> Write:
    """Writes files; `TOP` in names and sources stands for the top-level name. Each write has a time of its own."""

    def write_files(sources: Mapping[str, str]) -> None:
        for name, source in sources.items():
            path = tmp_path / name.replace("TOP", top)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.replace("TOP", top).encode("latin-1"))
            now = time.time_ns()
            os.utime(path, ns=(now, now))

    return write_files


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("task", "import TOP.layers.heads"),
        ("task", "import os, TOP.layers.heads as heads"),
        ("task", "from TOP.layers import heads"),
        ("task", "from TOP.layers.heads import Head"),
        ("task", "from TOP.layers.heads import Head as Top, other"),
        ("task", "from .layers import heads"),
        ("task", "from .layers.heads import Head"),
        ("task", "from . import layers\nfrom .layers import heads"),
        ("deep.inside.task", "from ...layers import heads"),
        ("deep.inside.task", "from ...layers.heads import *"),
        ("task", "def build():\n    from TOP.layers import heads\n    return heads"),
        ("task", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .layers.heads import Head"),
        ("task", "try:\n    import TOP.missing\nexcept ImportError:\n    import TOP.layers.heads"),
        ("task", "CALLED_BY_TFX = 'TOP.layers.heads.build'"),
        ("task", "from TOP.through import Head"),
        ("task", "import TOP.cycle"),
        ("task", "# -*- coding: latin-1 -*-\nname = '\xe9'\nimport TOP.layers.heads"),
        # `import a.b.c` runs a and a.b too.
        ("task", "import TOP.facade.empty"),
    ],
)
def test_what_is_imported_counts_and_nothing_else(write: Write, top: str, module: str, source: str) -> None:
    write(
        {
            "TOP/__init__.py": "",
            "TOP/layers/__init__.py": "",
            "TOP/layers/heads.py": "one = 1",
            "TOP/through.py": "from .layers.heads import Head",
            "TOP/cycle.py": "import TOP.cycle_back",
            "TOP/cycle_back.py": "import TOP.cycle, TOP.layers.heads",
            "TOP/facade/__init__.py": "from ..layers import heads",
            "TOP/facade/empty.py": "",
            "TOP/unrelated.py": "one = 1",
            "TOP/deep/__init__.py": "",
            "TOP/deep/inside/__init__.py": "",
            f"TOP/{module.replace('.', '/')}.py": source,
        }
    )
    before = code_fingerprint([f"{top}.{module}"])
    write({"TOP/unrelated.py": "one = 2"})
    assert code_fingerprint([f"{top}.{module}"]) == before
    write({"TOP/layers/heads.py": "one = 2"})
    assert code_fingerprint([f"{top}.{module}"]) != before
    write({"TOP/layers/heads.py": "one = 1"})
    assert code_fingerprint([f"{top}.{module}"]) == before


def test_the_packages_around_a_module_count(write: Write, top: str) -> None:
    write({"TOP/__init__.py": "", "TOP/inner/__init__.py": "", "TOP/inner/task.py": ""})
    assert set(reached_modules([f"{top}.inner.task"])) == {top, f"{top}.inner", f"{top}.inner.task"}


def test_a_task_of_one_file(write: Write, top: str) -> None:
    write({"TOP.py": "one = 1"})
    before = code_fingerprint([top])
    assert set(reached_modules([top])) == {top}
    write({"TOP.py": "one = 2"})
    assert code_fingerprint([top]) != before


def test_a_namespace_package(write: Write, top: str) -> None:
    write({"TOP/team/task.py": "from . import losses", "TOP/team/losses.py": ""})
    assert set(reached_modules([f"{top}.team.task"])) == {f"{top}.team.task", f"{top}.team.losses"}


def test_a_package_behind_a_link(write: Write, top: str, tmp_path: pathlib.Path) -> None:
    write({"elsewhere/__init__.py": "", "elsewhere/task.py": "one = 1"})
    (tmp_path / top).symlink_to(tmp_path / "elsewhere")
    before = code_fingerprint([f"{top}.task"])
    write({"elsewhere/task.py": "one = 2"})
    assert code_fingerprint([f"{top}.task"]) != before


def test_a_new_file_in_place_of_a_missing_one_counts(write: Write, top: str) -> None:
    write({"TOP/__init__.py": "", "TOP/task.py": "try:\n    from . import fast\nexcept ImportError:\n    fast = None"})
    before = code_fingerprint([f"{top}.task"])
    write({"TOP/fast.py": ""})
    assert code_fingerprint([f"{top}.task"]) != before


def test_nothing_is_imported(write: Write, top: str) -> None:
    write({"TOP/__init__.py": "raise RuntimeError", "TOP/task.py": "raise RuntimeError"})
    assert len(reached_modules([f"{top}.task"])) == 2
    assert not [name for name in sys.modules if name.startswith(top)]


def test_the_same_sources_under_other_names_are_other_code(write: Write, top: str) -> None:
    write({"TOP/__init__.py": "", "TOP/a.py": "", "TOP/b.py": ""})
    assert code_fingerprint([f"{top}.a"]) != code_fingerprint([f"{top}.b"])


def test_a_file_beside_the_task_counts(write: Write, top: str) -> None:
    write({"TOP.py": "from TOP_losses import focal", "TOP_losses.py": "focal = 1"})
    before = code_fingerprint([top])
    write({"TOP_losses.py": "focal = 2"})
    assert code_fingerprint([top]) != before


@pytest.mark.parametrize("folder", ["TOP", "TOP/layers"])
def test_a_package_goes_before_a_file_of_its_name(write: Write, top: str, folder: str) -> None:
    write({"TOP/__init__.py": "", "TOP/task.py": "from . import layers", f"{folder}.py": "old = 1"})
    write({f"{folder}/__init__.py": "one = 1"})
    before = code_fingerprint([f"{top}.task"])
    write({f"{folder}/__init__.py": "one = 2"})
    assert code_fingerprint([f"{top}.task"]) != before


def test_a_file_that_is_no_python_counts_by_its_bytes(write: Write, top: str) -> None:
    """Such as a module for another Python, which nothing imports here."""
    write({"TOP/__init__.py": "", "TOP/task.py": "def old():\n    import TOP.legacy", "TOP/legacy.py": "print 1"})
    before = code_fingerprint([f"{top}.task"])
    write({"TOP/legacy.py": "print 2"})
    assert code_fingerprint([f"{top}.task"]) != before


def test_another_release_of_a_library_is_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_fingerprint(["models.user_error"])
    real = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99" if name == "keras" else real(name))
    module_under_test._versions.cache_clear()
    try:
        assert code_fingerprint(["models.user_error"]) != before
    finally:
        module_under_test._versions.cache_clear()


def test_the_line_is_all_that_makes_a_model_and_nothing_that_shows_it() -> None:
    reached = reached_modules(["pipeline.dag", "models.tasks.text_classification"])
    assert {
        "models.networks.sequence_classifier",
        "models.preprocessing",
        "models.signatures.export",
        "models.training.run_fn",
        "components.text_example_gen.driver",
        "components.text_example_gen.readers.delimited",
        "components.evaluator.executor",
        "components.promoter.executor",
        "serving.version_store",
    } & _modules_of("components", "models", "serving") <= set(reached)
    assert not {name for name in reached if re.match(r"pipeline\.(cli|commands|display|guess|run_|line_run)", name)}


def _modules_of(*packages: str) -> set[str]:
    root = pathlib.Path(module_under_test.__file__).parents[2]
    files = [path.relative_to(root) for package in packages for path in (root / package).rglob("*.py")]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files}


@pytest.mark.parametrize("component", ["current_model", "data_gate", "evaluator", "promoter", "text_example_gen"])
def test_each_component_of_ours_reaches_its_executor(component: str) -> None:
    assert f"components.{component}.executor" in reached_modules(["pipeline.dag"])
