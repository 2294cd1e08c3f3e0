"""Runs the tickets example on an emulated Kubeflow cluster and on this machine, and compares the two models' answers.

    python -m benchmarks.kubeflow_tickets

The cluster is that of tests/kubeflow/kfp_emulator, which needs the developers' tools: what it does not prove is in
kubeflow/README.md. Each task's state and time is printed, and then the largest difference of two scores.
"""

import csv
import importlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from typing import Any

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
ROOT = "minio://mlpipeline/bertline"
NUM_TEXTS = 100


def main() -> None:
    """Prints what is measured; fails where a task does."""
    with tempfile.TemporaryDirectory() as folder:
        local, volume = pathlib.Path(folder, "local"), pathlib.Path(folder, "volume")
        for place in (local, volume):
            place.mkdir()
            shutil.copytree(REPOSITORY / "examples" / "data", place / "data")
        shutil.copy(REPOSITORY / "examples" / "tickets.yaml", local)
        run_on_kubeflow(pathlib.Path(folder), volume)
        bertline("run", str(local / "tickets.yaml"))
        with (local / "data" / "tickets.csv").open(encoding="utf-8", newline="") as opened:
            texts = [row["message"] for row in csv.DictReader(opened)][:NUM_TEXTS]
        compare(answers(volume / "serving" / "tickets", texts), answers(local / "serving" / "tickets", texts))


def bertline(*arguments: str) -> None:
    """Runs a command of ours."""
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    subprocess.run([sys.executable, "-c", code, *arguments], check=True)


def run_on_kubeflow(folder: pathlib.Path, volume: pathlib.Path) -> None:
    """Compiles the example for a cluster whose one volume has its data, and runs it there."""
    mount = str(folder / "mnt" / "bertline")
    config = yaml.safe_load((REPOSITORY / "examples" / "tickets.yaml").read_text(encoding="utf-8"))
    config["kubeflow"] = {
        "image": "registry.example/bertline:1",
        "pipeline_root": ROOT,
        "config_folder": mount,
        "volumes": [{"claim": "bertline", "mount": mount}],
    }
    (volume / "tickets.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    pipeline = folder / "pipeline.yaml"
    bertline("kubeflow", "compile", str(volume / "tickets.yaml"), "-o", str(pipeline))

    sys.path.insert(0, str(REPOSITORY / "tests" / "kubeflow"))
    emulator = importlib.import_module("kfp_emulator")
    start_object_store()
    kfp = emulator.EmulatedKfp(folder / "cluster", {"bertline": volume})
    kfp.objects.create_bucket("mlpipeline")
    done = kfp.run(pipeline, pipeline_root=ROOT)
    for task in done.tasks.values():
        print(f"{task.name:20} {task.state.value:10} {task.seconds:7.1f} s")
    if not done.succeeded:
        sys.exit(done.problems())


def start_object_store() -> None:
    """Starts an S3 server, and names it as boto3 expects."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    credentials = {
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    os.environ.update(credentials, AWS_ENDPOINT_URL=f"http://{host}:{port}")


def answers(versions: pathlib.Path, texts: list[str]) -> list[dict[str, Any]]:
    """What the embedded server answers with the newest version of a folder."""
    from serving.server.process import ServerProcess

    body = json.dumps({"instances": texts}).encode()
    with ServerProcess.of_model("tickets", versions) as server:
        response = urllib.request.urlopen(f"http://{server.rest_address}/v1/models/tickets:predict", body)
        found: list[dict[str, Any]] = json.load(response)["predictions"]
    return found


def compare(there: list[dict[str, Any]], here: list[dict[str, Any]]) -> None:
    """Prints how alike two models' answers are."""
    labels = sum(one["label"] == other["label"] for one, other in zip(there, here, strict=True))
    difference = max(abs(one["score"] - other["score"]) for one, other in zip(there, here, strict=True))
    print(f"{labels} of {len(here)} labels are equal; the scores differ by at most {difference:.2g}")


if __name__ == "__main__":
    main()
