"""The key of a logged request: prediction logs have no identifiers of their own."""

from collections.abc import Mapping

from components.text_example_gen.content_hash import content_digest
from models.tasks.interface.task import Task


def request_key(task: Task, texts: Mapping[str, str]) -> str:
    """32 hexadecimal digits that stand for the texts of a request; white space that only fills up is left out of it.

    It is the digest by which the ingest knows equal texts: who has a text has its key, on any machine.

    Args:
        task: Says which texts there are.
        texts: By column.
    """
    return content_digest(task.content({name: text.encode() for name, text in texts.items()})).hex()
