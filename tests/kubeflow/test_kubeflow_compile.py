"""The tickets pipeline, compiled for Kubeflow by the command line, and what a config asks of the cluster."""

import importlib
import json
import pathlib
import re
from typing import Any

import pytest
import yaml
from google.protobuf import json_format
from kfp.components import load_component_from_file
from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig
from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineJob, PipelineSpec

from models.user_error import UserError
from pipeline.component_names import COMPONENTS
from pipeline.config import PipelineConfig
from pipeline.kubeflow.cache_keys import CACHED
from pipeline.kubeflow.compile import compile_pipeline

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
Documents = list[dict[str, Any]]

ASKING = {
    "image": "registry.example/bertline:1",
    "pipeline_root": "s3://artifacts/bertline",
    "memory": "8Gi",
    "retries": 1,
    "timeout": "6h",
    "volumes": [{"claim": "bertline", "mount": "/mnt/bertline"}],
    "secrets": [{"name": "s3", "env": {"AWS_ACCESS_KEY_ID": "accesskey"}, "mount": "/secrets/s3"}],
    "image_pull_secrets": ["registry"],
    "image_pull_policy": "Always",
    "components": {
        "Trainer": {
            "cpu": "8",
            "cpu_request": "500m",
            "memory": "32Gi",
            "gpus": 1,
            "node_selector": {"pool": "gpu"},
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
            "timeout": "2d",
            "retries": 0,
        }
    },
}


def _documents(path: pathlib.Path) -> Documents:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def _config(**kubeflow: Any) -> PipelineConfig:
    values = {"path": "/mnt/tickets.csv"}
    return PipelineConfig(name="tickets", task="text_classification", data=values, kubeflow=kubeflow)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """A pipeline whose tasks ask for much."""
    output = tmp_path_factory.mktemp("asking") / "pipeline.yaml"
    compile_pipeline(_config(**ASKING), output)
    return _documents(output)


def test_kfp_loads_both_documents(compiled: pathlib.Path) -> None:
    component = load_component_from_file(str(compiled))
    spec = component.pipeline_spec
    assert spec.schema_version == "2.1.0"
    assert spec.pipeline_info.name == "tickets"
    assert spec.default_pipeline_root == "minio://mlpipeline/bertline"
    assert set(spec.root.dag.tasks) == {"Fingerprints", *COMPONENTS}
    executors = component.platform_spec.platforms["kubernetes"].deployment_spec.executors
    assert set(executors.keys()) == {f"{name}_executor" for name in spec.root.dag.tasks}


def test_kfps_messages_know_every_field(asking: Documents) -> None:
    spec, platform = asking
    json_format.ParseDict(spec, PipelineSpec(), ignore_unknown_fields=False)
    for executor in platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values():
        json_format.ParseDict(executor, KubernetesExecutorConfig(), ignore_unknown_fields=False)


def test_compiling_again_gives_the_same_bytes(compiled_twice: list[pathlib.Path]) -> None:
    first, second = compiled_twice
    assert first.read_bytes() == second.read_bytes()


def test_it_names_no_path_of_the_machine_that_compiled_it(compiled: pathlib.Path) -> None:
    text = compiled.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w:/.])/[\w.-]+", text)) == {"/mnt", "/app"}


def test_every_container_runs_the_image(compiled: pathlib.Path) -> None:
    executors = _documents(compiled)[0]["deploymentSpec"]["executors"]
    assert {executor["container"]["image"] for executor in executors.values()} == {"registry.example/bertline:1"}
    commands = {name: " ".join(executor["container"]["command"]) for name, executor in executors.items()}
    assert commands.pop("Fingerprints_executor") == "python -m pipeline.kubeflow.fingerprint_task"
    assert set(commands.values()) == {"python /app/kubeflow/entrypoint.py"}


def test_what_looks_outside_the_pipeline_is_never_cached(compiled: pathlib.Path) -> None:
    """KFP looks into its cache before anything of ours runs: it cannot see another version in service."""
    tasks = _documents(compiled)[0]["root"]["dag"]["tasks"]
    cached = {name for name, task in tasks.items() if task.get("cachingOptions", {}).get("enableCache")}
    assert cached == set(CACHED)
    assert not cached & {"Fingerprints", "CurrentModel", "Evaluator", "ServingValidator", "Promoter", "Report"}


def test_each_cached_task_has_the_key_that_was_found_for_it(compiled: pathlib.Path) -> None:
    spec = _documents(compiled)[0]
    for name in CACHED:
        task = spec["root"]["dag"]["tasks"][name]
        key = {"taskOutputParameter": {"producerTask": "Fingerprints", "outputParameterKey": name}}
        assert task["inputs"]["parameters"]["cache_key"] == key
        assert "Fingerprints" in task["dependentTasks"]
        arguments = " ".join(spec["deploymentSpec"]["executors"][f"{name}_executor"]["container"]["args"])
        assert "cache_key" not in arguments, "the component itself knows nothing of it"


def test_without_a_cache_there_is_no_first_task(tmp_path: pathlib.Path) -> None:
    compile_pipeline(_config(**ASKING, cache=False), tmp_path / "pipeline.yaml")
    tasks = _documents(tmp_path / "pipeline.yaml")[0]["root"]["dag"]["tasks"]
    assert set(tasks) == set(COMPONENTS)
    assert not any("enableCache" in task.get("cachingOptions", {}) for task in tasks.values())


def test_what_an_operator_changes_per_run_is_a_parameter_with_the_configs_value(compiled: pathlib.Path) -> None:
    spec = _documents(compiled)[0]
    parameters = spec["root"]["inputDefinitions"]["parameters"]
    config = yaml.safe_load((REPOSITORY / "examples/tickets.yaml").read_text(encoding="utf-8"))
    assert parameters["training_epochs"]["defaultValue"] == config["training"]["epochs"]
    assert parameters["training_epochs"]["parameterType"] == "NUMBER_INTEGER"
    assert json.loads(parameters["evaluation_thresholds"]["defaultValue"]) == config["evaluation"]["thresholds"]
    assert parameters["data_span"]["defaultValue"] == ""
    assert all(parameter["isOptional"] for parameter in parameters.values())
    readers = {
        name: {task for task, spec_of in spec["root"]["dag"]["tasks"].items() if _reads(spec_of, name)}
        for name in parameters
    }
    assert readers["training_epochs"] == {"Trainer", "Report"}
    assert readers["evaluation_thresholds"] == {"Evaluator", "Report"}
    assert readers["data_window"] == {"Fingerprints", "TextExampleGen", "Report"}
    assert readers["data_span"] == {"Fingerprints"}


def test_all_tasks_read_the_span_that_the_first_one_found(compiled: pathlib.Path) -> None:
    """A file that arrives between two tasks must not come under the key of the data before."""
    found = {"taskOutputParameter": {"producerTask": "Fingerprints", "outputParameterKey": "data_span"}}
    tasks = _documents(compiled)[0]["root"]["dag"]["tasks"]
    readers = {
        name for name, task in tasks.items() if task.get("inputs", {}).get("parameters", {}).get("data_span") == found
    }
    assert readers == {"TextExampleGen", "Report"}


def _reads(task: dict[str, Any], name: str) -> bool:
    given = task.get("inputs", {}).get("parameters", {})
    return bool(given.get(name) == {"componentInputParameter": name})


def test_resources_and_retries_are_those_of_the_config(asking: Documents) -> None:
    spec = asking[0]
    executors = spec["deploymentSpec"]["executors"]
    assert executors["Trainer_executor"]["container"]["resources"] == {
        "cpuLimit": 8.0,
        "resourceCpuLimit": "8",
        "cpuRequest": 0.5,
        "resourceCpuRequest": "500m",
        "memoryLimit": pytest.approx(34.359738368),
        "resourceMemoryLimit": "32Gi",
        "accelerator": {
            "type": "nvidia.com/gpu", "resourceType": "nvidia.com/gpu", "count": "1", "resourceCount": "1",
        },
    }  # fmt: skip
    assert executors["Report_executor"]["container"]["resources"]["resourceMemoryLimit"] == "8Gi"
    tasks = spec["root"]["dag"]["tasks"]
    assert "retryPolicy" not in tasks["Trainer"]
    assert tasks["Report"]["retryPolicy"] == {
        "maxRetryCount": 1, "backoffDuration": "60s", "backoffFactor": 2.0, "backoffMaxDuration": "2592000s",
    }  # fmt: skip


def test_what_kubernetes_is_asked_for_is_in_the_second_document(asking: Documents) -> None:
    executors = asking[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    report, trainer = executors["Report_executor"], executors["Trainer_executor"]
    [volume] = report["pvcMount"]
    assert (volume["constant"], volume["mountPath"]) == ("bertline", "/mnt/bertline")
    assert volume["pvcNameParameter"] == {"runtimeValue": {"constant": "bertline"}}
    [secret] = report["secretAsEnv"]
    assert secret["secretName"] == "s3"
    assert secret["keyToEnv"] == [{"envVar": "AWS_ACCESS_KEY_ID", "secretKey": "accesskey"}]
    assert report["secretAsVolume"][0]["mountPath"] == "/secrets/s3"
    assert report["imagePullSecret"][0]["secretName"] == "registry"
    assert report["imagePullPolicy"] == "Always"
    assert report["activeDeadlineSeconds"] == str(6 * 3600)
    assert not {"nodeSelector", "tolerations"} & set(report)
    assert trainer["activeDeadlineSeconds"] == str(2 * 86400)
    assert trainer["nodeSelector"] == {"labels": {"pool": "gpu"}}
    assert trainer["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]


def test_the_types_of_our_artifacts_can_be_imported(compiled: pathlib.Path) -> None:
    titles = re.findall(r"title: ([\w.]+)", compiled.read_text(encoding="utf-8"))
    ours = {title for title in titles if not title.startswith("tfx.")}
    assert "components.current_model.artifact.CurrentModelPointer" in ours
    for title in ours:
        module, name = title.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), name)


def test_dataflow_runs_the_components_whose_files_are_all_on_google_storage(tmp_path: pathlib.Path) -> None:
    beam = {"profile": "dataflow", "project": "p", "region": "r", "temp_location": "gs://b/beam"}
    values = {"path": "gs://b/tickets.csv"}
    settings = {"image": "a:1", "pipeline_root": "gs://b/root"}
    config = PipelineConfig(name="tickets", task="text_classification", data=values, beam=beam, kubeflow=settings)
    compile_pipeline(config, tmp_path / "pipeline.yaml")
    executors = _documents(tmp_path / "pipeline.yaml")[0]["deploymentSpec"]["executors"]
    runners = {
        name.removesuffix("_executor"): [word for word in executor["container"]["args"] if word.startswith("--runner=")]
        for name, executor in executors.items()
    }
    remote = {name for name, words in runners.items() if words and words[-1] == "--runner=DataflowRunner"}
    assert remote == {"TextExampleGen", "StatisticsGen", "Transform"}
    assert runners["Evaluator"][-1].endswith("FnApiRunner")


def test_vertex_gets_a_job_of_the_same_tasks(tmp_path: pathlib.Path) -> None:
    compile_pipeline(_config(image="a:1", pipeline_root="gs://b/root", gpus=1), tmp_path / "job.json", "vertex")
    job = json_format.Parse((tmp_path / "job.json").read_text(encoding="utf-8"), PipelineJob())
    assert job.runtime_config.gcs_output_directory == "gs://b/root"
    spec = json_format.ParseDict(json_format.MessageToDict(job.pipeline_spec), PipelineSpec())
    assert set(spec.root.dag.tasks) == {"Fingerprints", *COMPONENTS}


@pytest.mark.parametrize(
    ("changed", "kubeflow", "target", "message"),
    [
        ({"name": "my_tickets"}, {}, "kubeflow", "'my-tickets' would do"),
        ({}, {"pipeline_root": "/mnt/volume"}, "kubeflow", "begins with none of minio://"),
        ({}, {"pipeline_root": None}, "kubeflow", "kubeflow.pipeline_root is missing"),
        ({}, {"image": None}, "kubeflow", "kubeflow.image is missing"),
        ({}, {"pipeline_root": "minio://bucket"}, "vertex", "begins with none of gs://"),
        ({}, {"volumes": [{"claim": "a", "mount": "/a"}]}, "vertex", "kubeflow.volumes: Vertex AI has none"),
        ({}, {"components": {"Trainer": {"timeout": "1h"}}}, "vertex", r"kubeflow.components.Trainer.timeout: Vertex"),
        ({"model": {"preset": "bert_hug"}}, {}, "kubeflow", "bert_hug"),
    ],
)
def test_what_the_backend_cannot_take_is_refused(
    tmp_path: pathlib.Path, changed: dict[str, Any], kubeflow: dict[str, Any], target: Any, message: str
) -> None:
    values = {"name": "tickets", "task": "text_classification", "data": {"path": "/mnt/tickets.csv"}, **changed}
    settings = {"image": "a:1", "pipeline_root": "gs://bucket", **kubeflow}
    with pytest.raises(UserError, match=message):
        compile_pipeline(PipelineConfig(**values, kubeflow=settings), tmp_path / "pipeline.yaml", target)
    assert not (tmp_path / "pipeline.yaml").exists()


def test_a_pipeline_too_large_for_kubernetes_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "schema.pbtxt").write_text("# " + "x" * 1_100_000, encoding="utf-8")
    config = _config(**ASKING).model_copy(update={"schema_file": str(tmp_path / "schema.pbtxt")})
    with pytest.raises(UserError, match="bytes, more than 1,000,000"):
        compile_pipeline(config, tmp_path / "pipeline.yaml")
