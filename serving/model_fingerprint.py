"""The identity of an exported model: what its files hold, wherever they lie."""

import hashlib
import pathlib

from serving.version_record import RECORD_FILE

WARM_UP_FILE = pathlib.PurePosixPath("assets.extra/tf_serving_warmup_requests")
"""The requests that TensorFlow Serving replays before a version is available."""

MODEL_CARD_FILE = pathlib.PurePosixPath("assets.extra/model_card.md")
"""What a version is for and how good it is, for people."""

BATCHING_FILE = pathlib.PurePosixPath("assets.extra/batching_parameters.txt")
"""How a server should batch requests for it, by what was measured."""

# They say something of a model and change no answer.
_NOT_HASHED = {str(path) for path in (RECORD_FILE, WARM_UP_FILE, MODEL_CARD_FILE, BATCHING_FILE)}


def model_fingerprint(folder: pathlib.Path) -> str:
    """Hashes the files of an exported model.

    Args:
        folder: A SavedModel.

    Returns:
        SHA-256, in hex, over each file's relative path and content. What is added to a model later is left out, so that
        a promoted copy has the fingerprint of its source: a promotion's record, warm-up requests, the model card.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if name.as_posix() in _NOT_HASHED:
            continue
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(name.as_posix().encode() + b"\0" + content)
    return digest.hexdigest()
