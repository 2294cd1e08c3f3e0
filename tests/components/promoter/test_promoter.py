"""Tests of promotion by the pipeline, on a real SavedModel."""

import pathlib
from collections import Counter
from typing import Any

import pytest
import tensorflow as tf
from tfx.dsl.components.common.importer import Importer
from tfx.orchestration import metadata
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.orchestration.pipeline import Pipeline
from tfx.types import standard_artifacts

from components.evaluator.verdict import Baseline, SliceMetrics, Verdict, write_verdict
from components.promoter.artifact import Promotion
from components.promoter.component import Promoter
from components.promoter.executor import Executor
from components.promoter.outcome import PromotionOutcome, read_promotion
from components.report.config import ModelCardConfig
from components.serving_validator.artifact import ServingValidation
from components.serving_validator.validation import Check, Validation, write_validation
from components.text_example_gen.artifact import RejectedRows
from components.text_example_gen.ingest_summary import summarize, write_summary
from components.text_example_gen.tally import Tally
from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask
from serving.config import ServingConfig
from serving.open_versions import open_versions
from serving.version_record import read_version_record
from serving.version_store import VersionStore


class AddConstant(tf.Module):
    """A model of one number."""

    def __init__(self, constant: float) -> None:
        super().__init__()
        self.constant = tf.Variable(constant)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, numbers: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"sums": numbers + self.constant}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[pathlib.Path]:
    """Two Model artifacts, as Trainer lays them out."""
    folders = [tmp_path_factory.mktemp("model") for _ in range(2)]
    for number, folder in enumerate(folders):
        module = AddConstant(float(number))
        tf.saved_model.save(module, str(folder / "Format-Serving"), signatures=module.__call__)
    return folders


@pytest.fixture
def evaluation(tmp_path: pathlib.Path) -> pathlib.Path:
    """A ModelEvaluation artifact, as Evaluator leaves it where no model is in service."""
    folder = tmp_path / "evaluation"
    folder.mkdir()
    judge_against(None, folder)
    return folder


def judge_against(version: int | None, folder: pathlib.Path) -> None:
    """Leaves the verdict of an evaluation beside a version in service."""
    metrics = SliceMetrics({}, {"accuracy": 0.93, "auc": None}, None)
    write_verdict(Verdict(True, "every threshold holds", Baseline(version), (), (metrics,)), str(folder))


def leave_counts(folder: pathlib.Path) -> None:
    """A RejectedRows artifact, as TextExampleGen leaves it."""
    folder.mkdir(exist_ok=True)
    examples = Counter({("data.csv", "train"): 6000, ("data.csv", "test"): 2})
    write_summary(summarize(Tally(accepted=examples, examples=examples), ()), str(folder / "summary.json"))


def artifact(kind: type[Any], uri: pathlib.Path, **properties: int) -> list[Any]:
    instance = kind()
    instance.uri = str(uri)
    for name, value in properties.items():
        instance.set_int_custom_property(name, value)
    return [instance]


def keeping(folder: pathlib.Path, keep_versions: int) -> ServingConfig:
    return ServingConfig(directory=str(folder / "serving"), keep_versions=keep_versions)


def run(
    folder: pathlib.Path,
    model: pathlib.Path,
    blessed: int,
    serving: ServingConfig | None = None,
    servable: bool = True,
) -> PromotionOutcome:
    """Executes Promoter; `folder` has the evaluation, and gets the serving folder unless another is given."""
    leave_counts(folder / "rejects")
    checks = (Check("load", servable, "variables are damaged"),)
    write_validation(Validation(checks=checks, batch_ms={1: 10.0, 8: 40.0}), str(folder / "validation"))
    Executor().Do(
        {
            "model": artifact(standard_artifacts.Model, model),
            "model_blessing": artifact(standard_artifacts.ModelBlessing, folder / "blessing", blessed=blessed),
            "infra_blessing": artifact(standard_artifacts.InfraBlessing, folder / "infra", blessed=int(servable)),
            "evaluation": artifact(standard_artifacts.ModelEvaluation, folder / "evaluation"),
            "validation": artifact(ServingValidation, folder / "validation"),
            "rejects": artifact(RejectedRows, folder / "rejects"),
        },
        {"promotion": artifact(Promotion, folder / "promotion")},
        {
            "serving": (serving or ServingConfig(directory=str(folder / "serving"))).model_dump_json(),
            "model_name": "tickets",
            "model_card": ModelCardConfig(owners=("Ada",)).model_dump_json(),
            "evaluated_on": "test",
        },
    )
    return read_promotion(str(folder / "promotion"))


@pytest.mark.usefixtures("evaluation")
def test_a_blessed_model_is_served(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    outcome = run(tmp_path, models[1], blessed=1)
    path = tmp_path / "serving" / "tickets" / "1"
    assert outcome == PromotionOutcome(True, 1, str(path), "every threshold holds")
    served = tf.saved_model.load(str(path)).signatures["serving_default"]
    assert served(numbers=tf.constant([1.0, 2.0]))["sums"].numpy().tolist() == [2.0, 3.0]


@pytest.mark.usefixtures("evaluation")
def test_the_version_keeps_what_its_evaluation_found(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    run(tmp_path, models[0], blessed=1)
    record = read_version_record(tmp_path / "serving" / "tickets" / "1")
    assert record is not None
    assert record.origin.metrics == {"accuracy": 0.93, "auc": None}
    assert record.origin.model == str(models[0] / "Format-Serving")


@pytest.mark.usefixtures("evaluation")
def test_the_version_has_a_model_card(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    ModelDescription(ChosenTask("text_classification"), ("a", "b"), "tiny", 8).write(str(models[1] / "Format-Serving"))
    for _ in range(2):  # the second time it is there already
        outcome = run(tmp_path, models[1], blessed=1)
        card = (pathlib.Path(str(outcome.path)) / "assets.extra" / "model_card.md").read_text()
        assert card.startswith("# Model card: tickets")
        assert "Ada" in card
        assert "Measured on the split test." in card
        assert "0.93" in card
        assert "train: 6,000 examples, test: 2 examples" in card


@pytest.mark.usefixtures("evaluation")
def test_the_version_says_how_to_batch_by_what_was_measured(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    outcome = run(tmp_path, models[1], blessed=1)
    parameters = (pathlib.Path(str(outcome.path)) / "assets.extra" / "batching_parameters.txt").read_text()
    assert "max_batch_size { value: 8 }" in parameters


@pytest.mark.usefixtures("evaluation")
def test_a_canary_is_served_beside_what_is_in_service(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    folder = str(tmp_path / "serving")
    run(tmp_path, models[0], blessed=1, serving=ServingConfig(directory=folder, models_config=True))
    judge_against(1, tmp_path / "evaluation")
    canary = ServingConfig(directory=folder, models_config=True, promote_to="canary")
    assert run(tmp_path, models[1], blessed=1, serving=canary).version == 2
    assert dict(open_versions(canary, "tickets").labels()) == {"stable": 1, "canary": 2}


@pytest.mark.usefixtures("evaluation")
def test_a_refused_model_leaves_no_trace(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    outcome = run(tmp_path, models[0], blessed=0)
    assert outcome == PromotionOutcome(False, None, None, "not blessed: every threshold holds")
    assert not (tmp_path / "serving").exists()


@pytest.mark.usefixtures("evaluation")
def test_a_good_model_that_cannot_be_served_leaves_no_trace(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    outcome = run(tmp_path, models[0], blessed=1, servable=False)
    assert outcome == PromotionOutcome(False, None, None, "not fit to be served: load: variables are damaged")
    assert not (tmp_path / "serving").exists()


def test_a_model_that_was_rolled_back_from_is_not_promoted_again(
    models: list[pathlib.Path], tmp_path: pathlib.Path, evaluation: pathlib.Path
) -> None:
    run(tmp_path, models[0], blessed=1)
    judge_against(1, evaluation)
    run(tmp_path, models[1], blessed=1)
    VersionStore(tmp_path / "serving", "tickets").rollback(None, "ada", "it is rude")
    judge_against(3, evaluation)
    outcome = run(tmp_path, models[1], blessed=1)
    reason = "this model was in service as version 2 and was withdrawn: rolled back to version 1: it is rude"
    assert outcome == PromotionOutcome(False, None, None, reason)


@pytest.mark.usefixtures("evaluation")
def test_a_model_in_service_is_not_promoted_again(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    run(tmp_path, models[0], blessed=1)
    outcome = run(tmp_path, models[0], blessed=1)
    assert (outcome.promoted, outcome.version, outcome.reason) == (False, 1, "already in service")


def test_a_model_replaces_only_what_it_was_judged_against(
    models: list[pathlib.Path], tmp_path: pathlib.Path, evaluation: pathlib.Path
) -> None:
    run(tmp_path, models[0], blessed=1)
    outcome = run(tmp_path, models[1], blessed=1)
    reason = "judged while none was in service, but version 1 is in service now: run again"
    assert outcome == PromotionOutcome(False, None, None, reason)
    assert not (tmp_path / "serving" / "tickets" / "2").exists()
    judge_against(1, evaluation)
    assert run(tmp_path, models[1], blessed=1).version == 2
    outcome = run(tmp_path, models[0], blessed=1, serving=keeping(tmp_path, 1))
    assert outcome.reason == "judged against version 1, but version 2 is in service now: run again"
    assert (tmp_path / "serving" / "tickets" / "1").exists()


def test_only_the_newest_versions_stay(
    models: list[pathlib.Path], tmp_path: pathlib.Path, evaluation: pathlib.Path
) -> None:
    for number, model in enumerate((models[0], models[1], models[0])):
        judge_against(number or None, evaluation)
        run(tmp_path, model, blessed=1, serving=keeping(tmp_path, 2))
    versions = [path.name for path in (tmp_path / "serving" / "tickets").iterdir() if path.name.isdigit()]
    assert sorted(versions) == ["2", "3"]


@pytest.mark.usefixtures("evaluation")
def test_a_pipeline_asks_the_serving_folder_every_time(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    for expected in (True, False):
        outcome = run_pipeline(tmp_path, models[0])
        assert outcome.promoted is expected
        assert outcome.version == 1
    record = read_version_record(tmp_path / "serving" / "tickets" / "1")
    assert record is not None
    assert record.origin.run.startswith("20"), "TFX's local runs are named after the time"


def run_pipeline(folder: pathlib.Path, model: pathlib.Path) -> PromotionOutcome:
    """Runs a pipeline of Promoter, on imported artifacts; returns what its last execution wrote."""

    def imported(kind: type[Any], uri: pathlib.Path, **properties: int) -> Importer:
        return Importer(str(uri), kind, custom_properties=properties).with_id(kind.__name__)

    nodes = [
        imported(standard_artifacts.Model, model),
        imported(standard_artifacts.ModelBlessing, folder / "blessing", blessed=1),
        imported(standard_artifacts.InfraBlessing, folder / "infra", blessed=1),
        imported(standard_artifacts.ModelEvaluation, folder / "evaluation"),
        imported(ServingValidation, folder / "validation"),
        imported(RejectedRows, folder / "rejects"),
    ]
    leave_counts(folder / "rejects")
    write_validation(Validation(skipped="it is a test"), str(folder / "validation"))
    model_node, blessing, infra_blessing, evaluation, validation, rejects = (node.outputs["result"] for node in nodes)
    serving = ServingConfig(directory=str(folder / "serving"))
    promoter = Promoter(
        model_node,
        blessing,
        infra_blessing,
        evaluation,
        validation,
        rejects,
        name="tickets",
        serving=serving,
        model_card=ModelCardConfig(),
        evaluated_on="test",
    )
    pipeline = Pipeline(
        pipeline_name="tickets",
        pipeline_root=str(folder / "artifacts"),
        components=[*nodes, promoter],
        enable_cache=True,
        metadata_connection_config=metadata.sqlite_metadata_connection_config(str(folder / "metadata.sqlite")),
    )
    LocalDagRunner().run(pipeline)
    outputs = (folder / "artifacts" / "Promoter" / "promotion").iterdir()
    return read_promotion(str(max(outputs, key=lambda output: int(output.name))))
