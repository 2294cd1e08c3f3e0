"""A single file of a model, wherever the model is."""

import contextlib
import pathlib


def read_model_file(location: str, path: pathlib.PurePosixPath) -> bytes | None:
    """Reads a file of a model without fetching the rest; None where there is none.

    Args:
        location: The model's folder, or its address on an object store.
        path: The file's path in it.
    """
    if "://" in location:
        from serving.named_versions.object_space import ObjectSpace

        return ObjectSpace(location).read(str(path))
    with contextlib.suppress(FileNotFoundError):
        return pathlib.Path(location, path).read_bytes()
    return None
