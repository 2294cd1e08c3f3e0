"""The reference of the tasks, generated from their classes."""

import inspect
import pathlib

from models.tasks.interface.evaluation import name_of_label
from models.tasks.interface.registry import task_class, task_names
from models.tasks.interface.task import Task
from pipeline.config_files.reference import field_rows

TASK_REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tasks.md"
_HEAD = """# Tasks

Generated from the task classes by `make reference`. Each task is one module of `models/tasks/` and has an example
config in `examples/`. Where files call a column otherwise, `data.columns` says so; a text column that is not required
is part of the task where `data.columns` names it. Served answers have the texts' number as their first dimension; every
model also answers token ids (`serve_tokens`).
"""


def task_reference() -> str:
    """The reference as Markdown: a section for each task."""
    return _HEAD + "".join(_section(task_class(name)) for name in task_names())


def _section(task: type[Task]) -> str:
    every_text = [column.name for column in task.columns if column.role == "text"]
    made = task(None, every_text)
    parts = [f"\n## `{task.name}`\n\n{inspect.getdoc(task)}\n", _columns(task), _options(task), _answers(made)]
    evaluation = made.evaluation()
    metrics = ", ".join(
        f"`{name}`" + (f" (for one label `{name_of_label(name, 'LABEL')}`)" if metric.by_label else "")
        for name, metric in evaluation.metrics.items()
    )
    parts.append(f"\nMetrics for thresholds: {metrics}. The best epoch is chosen by `{task.monitor.metric}`.\n")
    return "".join(parts)


def _columns(task: type[Task]) -> str:
    rows = [
        f"| `{column.name}` | {column.role} | {'yes' if column.required else 'no'} | {column.description} |\n"
        for column in task.columns
    ]
    return "".join(["\n| column | role | required | what it holds |\n|---|---|---|---|\n", *rows])


def _options(task: type[Task]) -> str:
    rows = field_rows(task.options_class)
    head = "\n| `task_options` | type | default | what it is |\n|---|---|---|---|\n"
    return "".join([head, *rows]) if rows else ""


def _answers(task: Task) -> str:
    signatures = []
    for name, signature in task.signatures().items():
        taken = (
            f"tf.Examples with {', '.join(signature.columns)}" if signature.input_name else ", ".join(signature.columns)
        )
        signatures.append(f"`{name}` ({taken})")
    answered = task.answers if type(task).answers_to is Task.answers_to else task.answers_to
    return f"\nSignatures: {'; '.join(signatures)}.\n\nAnswers: {inspect.getdoc(answered)}\n"
