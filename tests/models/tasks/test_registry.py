import pathlib

import pytest

from models.tasks.registry import task_named, task_names


def test_every_module_of_the_folder_is_a_task() -> None:
    assert task_names()
    assert all(task_named(name).name == name for name in task_names())


def test_task_of_the_users_own(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_tasks.py").write_text(
        "from models.tasks.text_classification import TextClassification\n\n\n"
        "class Toy(TextClassification):\n    name = 'toy'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert task_named("my_tasks:Toy").name == "toy"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("text_clasification", "did you mean 'text_classification'"),
        ("no_such_module:Task", "cannot be imported"),
        ("pathlib:Path", "is not a subclass"),
    ],
)
def test_unknown_task_is_a_clear_error(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        task_named(name)
