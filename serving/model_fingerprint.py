"""The identity of an exported model: what its files hold, wherever they lie."""

import hashlib
import pathlib

from serving.version_record import RECORD_FILE


def model_fingerprint(folder: pathlib.Path) -> str:
    """Hashes the files of an exported model.

    Args:
        folder: A SavedModel.

    Returns:
        SHA-256, in hex, over each file's relative path and content. A promotion's own record is left out, so that a
        promoted copy has the fingerprint of its source.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if name == pathlib.Path(RECORD_FILE):
            continue
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(name.as_posix().encode() + b"\0" + content)
    return digest.hexdigest()
