"""Every task of a compiled pipeline, run from its YAML alone on an emulated cluster, to a model that is served."""

import dataclasses
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
import yaml
from kfp_emulator import EmulatedKfp, KillExecutor, KillLauncher, RunResult, State

from pipeline.component_names import COMPONENTS
from pipeline.kubeflow.cache_keys import CACHED
from pipeline.kubeflow.cache_keys import TASK as FINGERPRINTS
from serving.server.process import ServerProcess

# A container spends 10 to 20 seconds of CPU on its imports, and there are about two dozen.
pytestmark = pytest.mark.timeout(2400)

ROOT = "minio://mlpipeline/bertline"
# kubeflow/Dockerfile's.
IMAGE_ENV = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
STOCK_ENTRYPOINT = ["python", "-m", "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_run_executor"]
TEXTS = ["the food was awful", "a great movie", "service is not fine", "bad", "Ünknown words, and nothing else"]
EPOCHS = 4


@dataclasses.dataclass(frozen=True)
class Cluster:
    """An emulated cluster with a project on its volume.

    Attributes:
        kfp: The cluster.
        volume: The claim's folder.
        pipeline: The compiled pipeline.
    """

    kfp: EmulatedKfp
    volume: pathlib.Path
    pipeline: pathlib.Path

    def run(self, **options: Any) -> RunResult:
        """Runs the pipeline, always the same file, with the root that whoever submits it names."""
        return self.kfp.run(self.pipeline, {"training_epochs": EPOCHS}, pipeline_root=ROOT, **options)


def _write_rows(path: pathlib.Path) -> None:
    """Rows that are good or bad by one word."""
    numbers = random.Random(1)
    lines = ["review,verdict,channel"]
    for _ in range(240):
        verdict = numbers.choice(["good", "bad"])
        word = numbers.choice({"good": ["good", "great", "fine"], "bad": ["bad", "awful", "poor"]}[verdict])
        words = [*numbers.choices(["the", "film", "movie", "food", "service", "was", "is", "very"], k=6), word]
        numbers.shuffle(words)
        lines.append(f"{' '.join(words)},{verdict},{numbers.choice(['mail', 'chat'])}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_project(folder: pathlib.Path, preset: str, epochs: int, **sections: Any) -> pathlib.Path:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(preset, folder / "preset", dirs_exist_ok=True)
    _write_rows(folder / "reviews.csv")
    values = {
        "name": "reviews",
        "task": "text_classification",
        "data": {"path": "reviews.csv", "columns": {"text": "review", "label": "verdict"}},
        "model": {"preset": "./preset", "sequence_length": 16},
        "training": {"epochs": epochs, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {
            "slices": ["channel"],
            "thresholds": [
                {"metric": "accuracy", "at_least": 0.8},
                {"metric": "accuracy", "at_most_below_current": 0.05},
            ],
        },
        **sections,
    }
    path = folder / "reviews.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def cluster(tiny_preset: str, object_store: str, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    del object_store  # it starts the server
    from pipeline.kubeflow.compile import compile_pipeline
    from pipeline.kubeflow.load import load_for_kubeflow

    folder = tmp_path_factory.mktemp("kubeflow")
    volume, mount = folder / "volume", str(folder / "mnt" / "bertline")
    kubeflow = {
        "image": "registry.example/bertline:1",
        "pipeline_root": ROOT,
        "config_folder": mount,
        "volumes": [{"claim": "bertline", "mount": mount}],
        "retries": 0,
        "components": {"TextExampleGen": {"retries": 1}, "Trainer": {"retries": 1}},
    }
    # Another number of epochs than the run's: the parameter has to reach the trainer.
    config = _write_project(volume, tiny_preset, 1, kubeflow=kubeflow)
    compile_pipeline(load_for_kubeflow(config), folder / "pipeline.yaml")
    kfp = EmulatedKfp(folder / "cluster", {"bertline": volume}, image_env=IMAGE_ENV)
    kfp.objects.create_bucket("mlpipeline")
    return Cluster(kfp, volume, folder / "pipeline.yaml")


def _trains_its_second_epoch(disk: pathlib.Path) -> bool:
    return any(b"epoch 2/" in log.read_bytes() for log in disk.glob("minio/**/executor-logs"))


@pytest.fixture(scope="module")
def first_run(cluster: Cluster) -> RunResult:
    """A run during which two tasks are killed: one while its launcher uploads, one at work."""
    return cluster.run(faults=[KillLauncher("TextExampleGen", 4), KillExecutor("Trainer", _trains_its_second_epoch)])


@pytest.fixture(scope="module")
def second_run(cluster: Cluster, first_run: RunResult) -> RunResult:
    """The next night: nothing has changed."""
    assert first_run.succeeded, first_run.problems()
    return cluster.run()


@pytest.fixture(scope="module")
def run_on_changed_data(cluster: Cluster, second_run: RunResult) -> RunResult:
    """The night after: a row was added. One task runs with TFX's own entrypoint."""
    del second_run
    with (cluster.volume / "reviews.csv").open("a", encoding="utf-8") as rows:
        rows.write("the movie was very poor,bad,mail\n")
    tasks = {FINGERPRINTS, "TextExampleGen", "StatisticsGen"}
    return cluster.run(tasks=tasks, commands={"StatisticsGen": STOCK_ENTRYPOINT})


def _versions(cluster: Cluster) -> list[str]:
    return sorted(path.name for path in (cluster.volume / "serving" / "reviews").iterdir() if path.name.isdigit())


def test_every_task_runs_from_the_yaml_alone(cluster: Cluster, first_run: RunResult) -> None:
    assert first_run.succeeded, first_run.problems()
    assert first_run.states() == dict.fromkeys([FINGERPRINTS, *COMPONENTS], State.SUCCEEDED)
    assert _versions(cluster) == ["1"]


def test_all_artifacts_are_in_the_object_store_and_none_is_on_the_volume(
    cluster: Cluster, first_run: RunResult
) -> None:
    artifacts = {
        f"{task.name}.{name}": artifact
        for task in first_run.tasks.values()
        for name, artifact in task.artifacts.items()
    }
    root = f"{ROOT}/pipeline/reviews/{first_run.run_id}/"
    assert all(artifact.uri.startswith(root) for artifact in artifacts.values())
    assert not [name for name, artifact in artifacts.items() if "/disks/" in str(artifact.properties)]
    empty = {name for name, artifact in artifacts.items() if not cluster.kfp.objects.keys(artifact.uri)}
    # There was no model in service, and this blessing is a matter of metadata.
    assert empty <= {"CurrentModel.current_model", "ServingValidator.blessing"}
    (report,) = [artifact for name, artifact in artifacts.items() if name == "Report.report"]
    page = cluster.kfp.objects.read(f"{report.uri}/report.html").decode()
    assert "Promoted" in page
    # Records name the object store's places, not those of a container that is gone.
    assert f"{root}Trainer/" in page
    record = cluster.volume / "serving" / "reviews" / "1" / "assets.extra" / "promotion.json"
    assert json.loads(record.read_text(encoding="utf-8"))["model"].startswith(f"{root}ServingValidator/")
    assert "/disks/" not in page


@pytest.mark.parametrize("name", ["TextExampleGen", "Trainer"])
def test_a_killed_task_that_is_tried_again_leaves_one_good_artifact(
    cluster: Cluster, first_run: RunResult, name: str
) -> None:
    task = first_run.tasks[name]
    assert (task.tries, task.state) == (2, State.SUCCEEDED)
    for artifact in task.artifacts.values():
        prefix = artifact.uri.partition("://mlpipeline/")[2]
        uploaded = [key for key in task.uploaded if key == prefix or key.startswith(f"{prefix}/")]
        assert sorted(cluster.kfp.objects.keys(artifact.uri)) == sorted(uploaded)


def test_a_killed_training_goes_on_where_it_was(first_run: RunResult) -> None:
    before, after = (re.findall(r"epoch (\d+)/", log) for log in first_run.tasks["Trainer"].logs)
    assert before[0] == "1"
    assert after[0] == before[-1] == "2"


def _answers(versions: pathlib.Path) -> list[dict[str, Any]]:
    """What the embedded server answers with the newest version of a folder."""
    body = json.dumps({"instances": TEXTS}).encode()
    with ServerProcess.of_model("reviews", versions) as server:
        url = f"http://{server.rest_address}/v1/models/reviews:predict"
        with urllib.request.urlopen(url, body, timeout=60) as response:
            return json.load(response)["predictions"]


def test_the_promoted_model_answers_as_that_of_a_local_run(
    cluster: Cluster, first_run: RunResult, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    assert first_run.succeeded
    config = _write_project(tmp_path / "local", tiny_preset, EPOCHS)
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code, "run", str(config)], capture_output=True, text=True, check=False)
    assert "version 1 of reviews is in service" in done.stdout, done.stdout + done.stderr
    here, there = _answers(tmp_path / "local/serving/reviews"), _answers(cluster.volume / "serving" / "reviews")
    assert {answer["label"] for answer in there} == {"good", "bad"}
    for one, other in zip(here, there, strict=True):
        assert one["label"] == other["label"]
        assert one["score"] == pytest.approx(other["score"], abs=1e-5)


def test_a_second_run_on_unchanged_data_hits_the_cache_up_to_the_trainer(
    cluster: Cluster, first_run: RunResult, second_run: RunResult
) -> None:
    assert second_run.succeeded, second_run.problems()
    states = second_run.states()
    assert {name for name, state in states.items() if state is State.CACHED} == set(CACHED)
    assert second_run.tasks["Trainer"].artifacts == first_run.tasks["Trainer"].artifacts
    # The model is in service already.
    assert _versions(cluster) == ["1"]


def test_a_changed_data_file_misses_the_cache_of_the_same_yaml(run_on_changed_data: RunResult) -> None:
    task = run_on_changed_data.tasks["TextExampleGen"]
    assert task.state is State.SUCCEEDED, run_on_changed_data.problems()


def test_the_stock_entrypoint_fails_on_what_the_driver_hands_over(run_on_changed_data: RunResult) -> None:
    task = run_on_changed_data.tasks["StatisticsGen"]
    assert task.state is State.FAILED
    assert "in _retrieve_class_path" in task.log
