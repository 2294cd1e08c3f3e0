"""Turns what libraries raise over a preset that is damaged, half there or out of reach into words."""

import contextlib
from collections.abc import Iterator

from models.preset_folder import PresetError


@contextlib.contextmanager
def preset_faults(what: str) -> Iterator[None]:
    """Has what goes wrong within the context told as a fault of a preset.

    Args:
        what: The part of the preset that is read, such as `preset 'hf://…'`.

    Raises:
        PresetError: It cannot be read or fetched; the message holds the library's reason.
    """
    try:
        yield
    # Which errors there are is looked up when there is one: the hub's libraries take a while to import.
    except _out_of_reach() as error:
        raise PresetError(
            f"{what} cannot be downloaded: {error}; nothing half-downloaded is used: give the same command again when "
            "the hub is in reach"
        ) from error
    except _unreadable() as error:
        raise PresetError(f"{what} cannot be loaded: {error}") from error


def _out_of_reach() -> tuple[type[Exception], ...]:
    """A connection that was refused, broken off or took too long; not that the hub has no such file."""
    import httpx2
    from huggingface_hub.errors import LocalEntryNotFoundError

    # huggingface_hub passes its client's errors on.
    return LocalEntryNotFoundError, httpx2.TransportError


def _unreadable() -> tuple[type[Exception], ...]:
    from safetensors import SafetensorError

    return OSError, ValueError, KeyError, SafetensorError
