"""What the image of tasks runs as and holds, read from the Dockerfile: there is no Docker where the tests run."""

import pathlib
import re

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DOCKERFILE = (REPOSITORY / "kubeflow" / "Dockerfile").read_text(encoding="utf-8")


def _instructions(text: str) -> list[tuple[str, str]]:
    """Instructions with their arguments, lines joined and comments left out."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(name.upper(), rest) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


INSTRUCTIONS = _instructions(DOCKERFILE)


def test_the_image_ends_as_a_user_that_is_not_root() -> None:
    name, user = INSTRUCTIONS[-1]
    # A number: Kubernetes' runAsNonRoot cannot tell who a name is.
    assert (name, user) == ("USER", "1000")
    assert [name for name, _ in INSTRUCTIONS].count("USER") == 1


def test_the_user_owns_nothing_that_is_run() -> None:
    owned = [rest for name, rest in INSTRUCTIONS if name == "RUN" and "--owner" in rest]
    assert len(owned) == 1
    assert owned[0].endswith("install --directory --owner bertline /mnt/bertline")
    assert not re.search(r"chown|chmod|--chown|setuid|sudo", DOCKERFILE)


def test_nothing_is_written_beside_the_code_when_it_runs() -> None:
    (environment,) = [rest for name, rest in INSTRUCTIONS if name == "ENV"]
    assert "PYTHONDONTWRITEBYTECODE=1" in environment.split()


def test_all_that_is_installed_has_a_hash() -> None:
    installs = [
        part for name, rest in INSTRUCTIONS if name == "RUN" for part in rest.split("&&") if "pip install" in part
    ]
    assert len(installs) == 3
    for install in installs:
        # The project itself comes from the build's own folder.
        own = "--editable ." in install and "--no-deps" in install and "--no-build-isolation" in install
        assert "--require-hashes" in install or own, install


def test_nothing_is_fetched_by_address_and_no_secret_is_in_it() -> None:
    assert all(name in {"ARG", "FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER"} for name, _ in INSTRUCTIONS)
    assert "://" not in DOCKERFILE
    assert not re.search(r"curl|wget|password|token|secret", DOCKERFILE, re.IGNORECASE)


def test_only_what_is_copied_reaches_the_build() -> None:
    ignored = (REPOSITORY / "kubeflow" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = [rest.split()[:-1] for name, rest in INSTRUCTIONS if name == "COPY"]
    for path in (part.rstrip("/") for parts in copied for part in parts):
        assert path in allowed or path.partition("/")[0] in allowed, path
