from models.tasks.interface.registry import task_names
from pipeline.config_files.task_reference import TASK_REFERENCE, task_reference


def test_reference_is_what_the_classes_say() -> None:
    assert TASK_REFERENCE.read_text(encoding="utf-8") == task_reference(), "run `make reference`"


def test_every_task_has_columns_and_metrics() -> None:
    sections = task_reference().split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == [f"`{name}`" for name in task_names()]
    assert all("| yes |" in section or "| no |" in section for section in sections)
    assert all("Metrics for thresholds: `" in section for section in sections)
