"""Writes what is generated of the docs: `python -m pipeline.config_files.write_references`."""

from pipeline.config_files.reference import REFERENCE, config_reference
from pipeline.config_files.task_reference import TASK_REFERENCE, task_reference

if __name__ == "__main__":
    REFERENCE.write_text(config_reference(), encoding="utf-8")
    TASK_REFERENCE.write_text(task_reference(), encoding="utf-8")
