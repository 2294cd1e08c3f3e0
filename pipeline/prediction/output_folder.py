"""The folder of a sharded prediction: one file of answers for each part, and what the prediction was of."""

import dataclasses
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from models.user_error import UserError
from pipeline.prediction.answer_part import AnsweredPart
from pipeline.prediction.counts import Counts
from serving.durable_files import replace_file, sync_folder, write_file

_WHAT = "prediction.json"
_FAULT = "fault.txt"
_ANSWERS, _REJECTS = "answers", "rejects"


@dataclasses.dataclass(frozen=True)
class OutputFolder:
    """A folder of `answers-….jsonl` and, where rows were rejected, `rejects-….jsonl`, which sort as the rows do.

    A part's answers file is renamed into place last: where it is, the part is done.

    Attributes:
        path: The folder.
    """

    path: pathlib.Path

    def begin(self, what: Mapping[str, Any]) -> None:
        """Notes what is predicted, or goes on with the same prediction.

        Args:
            what: All that answers depend on, JSON values.

        Raises:
            UserError: The folder holds another prediction, or something else.
        """
        note = self.path / _WHAT
        content = (json.dumps(what, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
        if note.exists():
            earlier = json.loads(note.read_bytes())
            other = [name for name in what if earlier.get(name) != what[name]]
            if other:
                raise UserError(
                    f"{self.path} holds the answers of another prediction: {' and '.join(other)} differ, see {note}; "
                    "choose another folder, or delete this one"
                )
        elif any(path.suffix == ".jsonl" for path in self.path.iterdir()):
            raise UserError(f"{self.path} holds other files; choose a new folder for the answers")
        replace_file(note, content)
        (self.path / _FAULT).unlink(missing_ok=True)
        for unfinished in self.path.glob(".*.unfinished"):
            unfinished.unlink()

    def is_done(self, name: str) -> bool:
        """Whether the part of this name is written."""
        return self._shard(_ANSWERS, name).exists()

    def write(self, part: AnsweredPart) -> None:
        """Writes a part; a part without answers leaves an empty file.

        Raises:
            RuntimeError: The part has a fault, which `fault` tells from now on.
        """
        if part.fault:
            replace_file(self.path / _FAULT, part.fault.encode())
            raise RuntimeError(part.fault)
        rejects = self._shard(_REJECTS, part.name)
        if part.rejects:
            _write_whole(rejects, b"".join(part.rejects))
        else:
            # Of a start that was killed between the two.
            rejects.unlink(missing_ok=True)
        _write_whole(self._shard(_ANSWERS, part.name), b"".join(part.answers))

    def fault(self) -> str:
        """Why no further part is answered; empty where nothing is wrong."""
        path = self.path / _FAULT
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def counts(self) -> Counts:
        """Counts all that is written."""
        answered, rejected = (
            sum(_num_lines(path) for path in self.path.glob(f"{kind}-*.jsonl")) for kind in (_ANSWERS, _REJECTS)
        )
        return Counts(answered, rejected, self.path, self.path / f"{_REJECTS}-*.jsonl")

    def _shard(self, kind: str, name: str) -> pathlib.Path:
        return self.path / f"{kind}-{name}.jsonl"


def _write_whole(path: pathlib.Path, content: bytes) -> None:
    # Under a name of this process, as a worker may live for a moment after the run that started it was killed.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    write_file(unfinished, content)
    unfinished.replace(path)
    sync_folder(path.parent)


def _num_lines(path: pathlib.Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
