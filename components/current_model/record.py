"""What CurrentModel tells later components: the version in service, or that there is none."""

import dataclasses
import json
import pathlib

_FILE = "current_model.json"


@dataclasses.dataclass(frozen=True)
class CurrentModelRecord:
    """The version in service; all three are None where there is none yet.

    Attributes:
        version: Its number.
        uri: Its SavedModel: a folder, or the address of one on an object store.
        fingerprint: `serving.model_fingerprint` of its files.
    """

    version: int | None = None
    uri: str | None = None
    fingerprint: str | None = None


def read_current_model(uri: str) -> CurrentModelRecord:
    """Reads the artifact of CurrentModel.

    Args:
        uri: The artifact's folder.
    """
    fields = json.loads((pathlib.Path(uri) / _FILE).read_text(encoding="utf-8"))
    return CurrentModelRecord(**fields)


def write_current_model(record: CurrentModelRecord, uri: str) -> None:
    """Writes the artifact of CurrentModel; the inverse of `read_current_model`."""
    folder = pathlib.Path(uri)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_text(json.dumps(dataclasses.asdict(record), indent=2), encoding="utf-8")
