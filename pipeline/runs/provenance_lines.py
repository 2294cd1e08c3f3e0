"""What a run was made of, in a few short lines for a person."""

import os
from collections.abc import Iterator

from pipeline.runs.provenance import CodeVersion, Provenance

_NUM_FILES = 3
_NUM_DIGITS = 12


def provenance_lines(provenance: Provenance) -> Iterator[tuple[str, str]]:
    """Yields names and words; hashes are cut, and `bertline show --json` has all of them."""
    yield "code", code_in_words(provenance.code)
    yield "lock", f"requirements.txt {short(provenance.lock)}" if provenance.lock else "none"
    files = [f"{os.path.basename(path)} {short(digest)}" for path, digest in provenance.data.items()]
    more = len(files) - _NUM_FILES
    yield "data", ", ".join([*files[:_NUM_FILES], *([f"and {more} more files"] if more > 0 else [])])
    yield "seed", ", ".join(f"{name} {seed}" for name, seed in provenance.seeds.items())
    machine = provenance.machine
    accelerators = machine["accelerators"]
    yield (
        "machine",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}"
        f"{'' if accelerators == 'none' else f', {accelerators}'}",
    )


def code_in_words(code: CodeVersion) -> str:
    """The code in words: the commit where there is one, and the fingerprint."""
    commit = f"commit {short(code.commit)}{', changed since' if code.changed else ''}" if code.commit else ""
    release = f"release {code.release}" if code.release else ""
    return ", ".join(filter(None, [commit or release, f"fingerprint {short(code.fingerprint)}"]))


def short(digest: str) -> str:
    """The beginning of a hash, for a person's eyes."""
    return digest[:_NUM_DIGITS]
