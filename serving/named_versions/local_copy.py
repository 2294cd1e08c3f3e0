"""A model as a folder of this machine, wherever it is."""

import contextlib
import pathlib
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def local_copy(location: str) -> Iterator[pathlib.Path]:
    """Gives a folder, or a copy of one on an object store, which is deleted at the end.

    Args:
        location: A folder, or the address of one.

    Yields:
        The folder; it does not exist where there was nothing at the address.
    """
    if "://" not in location:
        yield pathlib.Path(location)
        return
    from serving.named_versions.object_space import ObjectSpace

    with tempfile.TemporaryDirectory(prefix="bertline-") as folder:
        model = pathlib.Path(folder) / "model"
        yield ObjectSpace(location).fetch("", model)
