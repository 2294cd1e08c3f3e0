import pathlib

import pytest

from models.tasks.interface.registry import task_named, task_names


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
        (".relative:Task", "with the module's full name"),
        (":Task", "with the module's full name"),
    ],
)
def test_unknown_task_is_a_clear_error(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        task_named(name)


@pytest.mark.parametrize(
    ("module", "text", "message"),
    [
        ("wrong_syntax", "class Toy(:\n", "cannot be imported: SyntaxError"),
        ("wrong_import", "raise RuntimeError('no licence')\n", "cannot be imported: RuntimeError: no licence"),
        ("wrong_name", "", "has no attribute 'Toy'"),
        (
            "not_finished",
            "from models.tasks.interface.task import Task\n\nclass Toy(Task):\n    columns = ()\n"
            "    def answers(self): ...\n",
            r"'not_finished:Toy' does not define answer_line, build_loss, .*, name, monitor",
        ),
        (
            "wants_more",
            "from models.tasks.text_classification import TextClassification\n"
            "class Toy(TextClassification):\n    def __init__(self, size): ...\n",
            "cannot be made: TypeError: .*'size'",
        ),
    ],
)
def test_faulty_task_of_the_users_own_is_a_clear_error(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, module: str, text: str, message: str
) -> None:
    (tmp_path / f"{module}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValueError, match=message):
        task_named(f"{module}:Toy")
