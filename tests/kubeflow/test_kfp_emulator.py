"""The emulation of KFP, on tiny pipelines that KFP's own compiler made."""

import json
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from kfp import compiler, dsl, kubernetes
from kfp_emulator import EmulatedKfp, KillExecutor, KillLauncher, Refused, State

ROOT = "minio://tiny/root"

# The compiled pipeline of a function, after a change.
Compile = Callable[..., pathlib.Path]


def _script(code: str, *arguments: Any) -> dsl.ContainerSpec:
    return dsl.ContainerSpec(image="tiny", command=["python", "-c", code], args=list(arguments))


@dsl.container_component
def make(folder: dsl.Output[dsl.Artifact], length: dsl.OutputPath(int), text: str = "default"):
    """Writes two files and the text's length."""
    return _script(
        "import pathlib, sys\n"
        "text, folder, length = sys.argv[1:]\n"
        "pathlib.Path(folder, 'deep').mkdir(parents=True)\n"
        "pathlib.Path(folder, 'text').write_text(text)\n"
        "pathlib.Path(folder, 'deep', 'again').write_text(text)\n"
        "pathlib.Path(length).write_text(str(len(text)))\n"
        "print('made', text)\n",
        *(text, folder.path, length),
    )


@dsl.container_component
def use(folder: dsl.Input[dsl.Artifact], number: int):
    """Prints what it got."""
    return _script(
        "import pathlib, sys\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "print(sorted(str(path.relative_to(folder)) for path in folder.rglob('*')), sys.argv[2])\n"
        "print(sys.argv[3])\n",
        *(folder.path, number, "{{$}}"),
    )


@dsl.container_component
def shell(code: str):
    """Runs Python."""
    return _script("import sys; exec(sys.argv[1])", code)


@dsl.container_component
def write(code: str, result: dsl.Output[dsl.Artifact]):
    """Runs Python, which knows its output's path and the file for the launcher."""
    return _script(
        "import json, pathlib, sys\n"
        "path = pathlib.Path(sys.argv[2])\n"
        "output_file = pathlib.Path(json.loads(sys.argv[3])['outputs']['outputFile'])\n"
        "output_file.parent.mkdir(parents=True)\n"
        "exec(sys.argv[1])",
        *(code, result.path, "{{$}}"),
    )


@dsl.pipeline(name="two-tasks")
def two_tasks(text: str = "abc") -> None:
    made = make(text=text)
    use(folder=made.outputs["folder"], number=made.outputs["length"])


@pytest.fixture
def compile_tiny(tmp_path: pathlib.Path) -> Compile:
    """Compiles a pipeline function, and changes its two documents before they are written."""

    def compile_(function: Any, change: Callable[[Any, Any], None] = lambda spec, platform: None) -> pathlib.Path:
        path = tmp_path / "tiny.yaml"
        compiler.Compiler().compile(function, str(path))
        spec, *platforms = list(yaml.safe_load_all(path.read_text()))
        platform = platforms[0] if platforms else {}
        change(spec, platform)
        path.write_text(yaml.safe_dump_all([spec, *([platform] if platform else [])]))
        return path

    return compile_


@pytest.fixture(scope="module")
def bucket(object_store: str) -> str:
    """The bucket of the pipeline root."""
    del object_store  # it starts the server
    from kfp_emulator.object_store import ObjectStore

    ObjectStore().create_bucket("tiny")
    return "tiny"


@pytest.fixture
def kfp(bucket: str, tmp_path: pathlib.Path) -> EmulatedKfp:
    """An empty cluster with a claim `data` and a secret `keys`."""
    del bucket
    return EmulatedKfp(tmp_path / "cluster", {"data": tmp_path / "data"}, {"keys": {"user": "alice"}})


def _one(function: Any, **arguments: Any) -> Any:
    """A pipeline of one task."""

    @dsl.pipeline(name="one-task")
    def pipeline() -> None:
        function(**arguments).set_caching_options(False)

    return pipeline


def test_parameters_and_artifacts_reach_the_next_task(
    kfp: EmulatedKfp, compile_tiny: Compile, tmp_path: pathlib.Path
) -> None:
    done = kfp.run(compile_tiny(two_tasks), {"text": "häh?"}, pipeline_root=ROOT)
    assert done.succeeded, done.problems()
    made, used = done.tasks["make"], done.tasks["use"]
    assert made.parameters == {"length": 4.0}
    assert made.log == "made häh?\n"
    uri = made.artifacts["folder"].uri
    random_folder = uri.removesuffix("/folder").rpartition("/")[2]
    assert uri == f"{ROOT}/pipeline/two-tasks/{done.run_id}/make/{random_folder}/folder"
    assert [key.rpartition("/folder/")[2] for key in sorted(kfp.objects.keys(uri))] == ["deep/again", "text"]
    assert kfp.objects.read(f"{uri}/text").decode() == "häh?"
    assert kfp.objects.read(done.tasks["make"].artifacts["executor-logs"].uri).decode() == made.log

    files, given = used.log.splitlines()
    assert files == "['deep', 'deep/again', 'text'] 4"
    (artifact,) = json.loads(given)["inputs"]["artifacts"]["folder"]["artifacts"]
    # What a task is told of an artifact is what ML Metadata keeps of it: no type, and a number for its name.
    assert artifact["type"] == {"instanceSchema": ""}
    assert artifact["name"] == str(made.artifacts["folder"].id)
    assert artifact["metadata"]["display_name"] == "folder"
    assert json.loads(given)["outputs"]["outputFile"].endswith("/tmp/kfp_outputs/output_metadata.json")
    assert not list((tmp_path / "cluster" / "disks").iterdir()), "a pod leaves nothing behind"


def test_cached_tasks_hand_on_the_very_artifacts_of_before(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    path = compile_tiny(two_tasks)
    first, second, other = (
        kfp.run(path, {"text": text}, pipeline_root=ROOT, tasks=tasks)
        for text, tasks in (("one", None), ("one", None), ("two", None))
    )
    assert first.states() == {"make": State.SUCCEEDED, "use": State.SUCCEEDED}
    assert second.states() == {"make": State.CACHED, "use": State.CACHED}
    assert second.tasks["make"].artifacts == first.tasks["make"].artifacts
    assert second.tasks["make"].parameters == {"length": 3.0}
    # The second text is as long as the first: it is the artifact that `use` finds changed.
    assert other.states() == {"make": State.SUCCEEDED, "use": State.SUCCEEDED}


def _change_image(spec: Any, platform: Any) -> None:
    spec["deploymentSpec"]["executors"]["exec-make"]["container"]["image"] = "tiny:2"


def _change_resources(spec: Any, platform: Any) -> None:
    spec["deploymentSpec"]["executors"]["exec-make"]["container"]["resources"] = {"resourceCpuLimit": "2"}


def _change_environment(spec: Any, platform: Any) -> None:
    spec["deploymentSpec"]["executors"]["exec-make"]["container"]["env"] = [{"name": "A", "value": "1"}]


def _mount_claim(spec: Any, platform: Any) -> None:
    mounts = [{"mountPath": "/not/there/yet", "pvcNameParameter": {"runtimeValue": {"constant": "data"}}}]
    executors = {"exec-make": {"pvcMount": mounts}}
    platform["platforms"] = {"kubernetes": {"deploymentSpec": {"executors": executors}}}


@pytest.mark.parametrize(
    ("change", "hit"),
    [(_change_image, False), (_change_environment, False), (_mount_claim, False), (_change_resources, True)],
)
def test_what_the_cache_sees(kfp: EmulatedKfp, compile_tiny: Compile, change: Any, hit: bool) -> None:
    kfp.run(compile_tiny(two_tasks), pipeline_root=ROOT, tasks={"make"})
    changed = kfp.run(compile_tiny(two_tasks, change), pipeline_root=ROOT, tasks={"make"})
    assert (changed.states()["make"] is State.CACHED) == hit


def test_another_pipeline_has_a_cache_of_its_own(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    def rename(spec: Any, platform: Any) -> None:
        spec["pipelineInfo"]["name"] = "other"

    kfp.run(compile_tiny(two_tasks), pipeline_root=ROOT, tasks={"make"})
    other = kfp.run(compile_tiny(two_tasks, rename), pipeline_root=ROOT, tasks={"make"})
    assert other.states()["make"] is State.SUCCEEDED


def test_a_task_is_tried_again_with_the_same_input_on_an_empty_disk(
    kfp: EmulatedKfp, compile_tiny: Compile, tmp_path: pathlib.Path
) -> None:
    mount = tmp_path / "mnt" / "data"
    code = (
        "import os, pathlib, sys\n"
        "own = pathlib.Path(os.environ['HOME'], 'been-here')\n"
        "assert not own.exists()\n"
        "own.touch()\n"
        f"counter = pathlib.Path({str(mount)!r}, 'tries')\n"
        "counter.open('a').write(sys.argv[3] + '\\n')\n"
        "path.write_text('half')\n"
        "sys.exit(len(counter.read_text().splitlines()) < 3)\n"
    )

    @dsl.pipeline(name="one-task")
    def pipeline() -> None:
        task = write(code=code)
        task.set_retry(2, backoff_duration="600s", backoff_factor=2, backoff_max_duration="3600s")
        kubernetes.mount_pvc(task, "data", str(mount))

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert done.succeeded, done.problems()
    assert done.tasks["write"].tries == 3
    inputs = [json.loads(line) for line in (tmp_path / "data" / "tries").read_text().splitlines()]
    uris = [given["outputs"]["artifacts"]["result"]["artifacts"][0]["uri"] for given in inputs]
    assert uris == [done.tasks["write"].artifacts["result"].uri] * 3
    assert not mount.exists(), "the claim is mounted only while a pod runs that mounts it"


@pytest.mark.parametrize(
    ("policy", "tries", "message"),
    [
        ({}, 1, "no retry policy"),
        ({"maxRetryCount": 2, "backoffMaxDuration": "3600s"}, 3, "No more retries left"),
        # Without a longest duration it is 0, and a task that took any time at all is not tried again.
        ({"maxRetryCount": 2}, 1, "Max duration limit exceeded"),
        ({"maxRetryCount": 2, "backoffDuration": "20s", "backoffMaxDuration": "30s"}, 2, "would exceed max duration"),
        (
            {"maxRetryCount": 9, "backoffDuration": "1s", "backoffFactor": 10.0, "backoffMaxDuration": "300s"},
            4,
            "would exceed max duration",
        ),
    ],
)
def test_how_often_a_task_is_tried(
    kfp: EmulatedKfp, compile_tiny: Compile, policy: Mapping[str, Any], tries: int, message: str
) -> None:
    def change(spec: Any, platform: Any) -> None:
        if policy:
            spec["root"]["dag"]["tasks"]["shell"]["retryPolicy"] = policy

    failed = kfp.run(compile_tiny(_one(shell, code="sys.exit(3)"), change), pipeline_root=ROOT).tasks["shell"]
    assert (failed.state, failed.tries) == (State.FAILED, tries)
    assert "exit status 3" in failed.message
    assert message in failed.message
    assert not failed.artifacts


def test_after_a_failure_nothing_else_starts(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    @dsl.pipeline(name="failing")
    def pipeline() -> None:
        failed = shell(code="sys.exit(1)").set_display_name("failed")
        shell(code="print()").after(failed)
        shell(code="import time; time.sleep(0.5)")

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert not done.succeeded
    assert done.states() == {"shell": State.FAILED, "shell-2": State.OMITTED, "shell-3": State.SUCCEEDED}
    assert done.tasks["shell-2"].message == "depends on shell"


def test_branches_run_at_the_same_time(kfp: EmulatedKfp, compile_tiny: Compile, tmp_path: pathlib.Path) -> None:
    meet = (
        "import pathlib, time\n"
        f"pathlib.Path({str(tmp_path)!r}, '{{own}}').touch()\n"
        f"while not pathlib.Path({str(tmp_path)!r}, '{{other}}').exists(): time.sleep(0.01)\n"
    )

    @dsl.pipeline(name="branches")
    def pipeline() -> None:
        for own, other in (("a", "b"), ("b", "a")):
            kubernetes.set_timeout(shell(code=meet.format(own=own, other=other)), 20)

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert done.succeeded, done.problems()


@dsl.pipeline(name="inner")
def inner(text: str) -> dsl.Artifact:
    return make(text=text).outputs["folder"]


def test_nested_pipelines_hand_over_inputs_and_outputs(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    @dsl.pipeline(name="outer")
    def pipeline(text: str = "deep") -> None:
        use(folder=inner(text=text).output, number=7)

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert done.succeeded, done.problems()
    assert done.tasks["inner/make"].input_parameters == {"text": "deep"}
    assert done.tasks["use"].log.startswith("['deep', 'deep/again', 'text'] 7")


@pytest.mark.parametrize(("status", "state"), [(0, "COMPLETE"), (1, "FAILED")])
def test_an_exit_handler_runs_at_the_end_and_is_told_the_state(
    kfp: EmulatedKfp, compile_tiny: Compile, status: int, state: str
) -> None:
    @dsl.pipeline(name="handled")
    def pipeline() -> None:
        with dsl.ExitHandler(shell(code="print('bye', sys.argv)"), name="guarded"):
            shell(code=f"sys.exit({status})").set_caching_options(False)

    def tell_status(spec: Any, platform: Any) -> None:
        """As the compiler does for a `PipelineTaskFinalStatus`, which only its own Python components take."""
        task = spec["root"]["dag"]["tasks"]["shell"]
        task["inputs"]["parameters"]["status"] = {"taskFinalStatus": {"producerTask": task["dependentTasks"][0]}}
        component = spec["components"][task["componentRef"]["name"]]
        component["inputDefinitions"]["parameters"]["status"] = {"parameterType": "TASK_FINAL_STATUS"}

    done = kfp.run(compile_tiny(pipeline, tell_status), pipeline_root=ROOT)
    assert done.succeeded == (status == 0)
    assert "bye" in done.tasks["shell"].log
    assert done.tasks["shell"].input_parameters["status"]["state"] == state


def test_an_exit_handler_does_not_run_where_what_it_guards_never_starts(
    kfp: EmulatedKfp, compile_tiny: Compile
) -> None:
    @dsl.pipeline(name="handled")
    def pipeline() -> None:
        with dsl.ExitHandler(shell(code="print('bye')"), name="guarded"):
            shell(code="print()")

    def ask_for_nothing(spec: Any, platform: Any) -> None:
        guarded = spec["root"]["dag"]["tasks"]["exit-handler-1"]
        guarded["inputs"] = {"parameters": {"x": {"componentInputParameter": "no"}}}

    done = kfp.run(compile_tiny(pipeline, ask_for_nothing), pipeline_root=ROOT)
    assert done.states() == {"exit-handler-1": State.FAILED, "shell": State.OMITTED}


def test_volumes_and_secrets_are_there_where_the_platform_spec_says_so(
    kfp: EmulatedKfp, compile_tiny: Compile, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows").write_text("1,2")
    data, keys = tmp_path / "mnt" / "data", tmp_path / "mnt" / "keys"
    look = (
        "import os, pathlib\n"
        f"print([pathlib.Path(p).exists() for p in ({str(data / 'rows')!r}, {str(keys / 'user')!r})],"
        "       os.environ.get('USER_NAME'), os.environ.get('AWS_ACCESS_KEY_ID'))\n"
    )

    @dsl.pipeline(name="volumes")
    def pipeline() -> None:
        bare = shell(code=look)
        task = shell(code=look).after(bare).set_cpu_limit("2").set_memory_request("1Gi").set_accelerator_limit(1)
        task.set_accelerator_type("nvidia.com/gpu")
        kubernetes.mount_pvc(task, "data", str(data))
        kubernetes.use_secret_as_volume(task, "keys", str(keys))
        kubernetes.use_secret_as_env(task, "keys", {"user": "USER_NAME"})
        kubernetes.add_node_selector(task, "disk", "fast")
        kubernetes.add_toleration(task, key="gpu", operator="Exists", effect="NoSchedule")

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert done.succeeded, done.problems()
    assert done.tasks["shell"].log == "[False, False] None None\n"
    assert done.tasks["shell-2"].log == "[True, True] alice None\n"
    pod = done.tasks["shell-2"].pod
    assert pod is not None
    assert (pod.limits, pod.requests) == ({"cpu": "2", "nvidia.com/gpu": "1"}, {"memory": "1Gi"})
    assert pod.node_selector == {"disk": "fast"}
    assert pod.tolerations == [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]


def test_a_pod_does_not_see_the_volume_of_another(
    kfp: EmulatedKfp, compile_tiny: Compile, tmp_path: pathlib.Path
) -> None:
    mount = tmp_path / "mnt" / "data"
    code = (
        "import pathlib, time\n"
        "for _ in range(10):\n"
        f"    assert pathlib.Path({str(mount)!r}).exists() == {{there}}\n"
        "    time.sleep(0.02)\n"
    )

    @dsl.pipeline(name="branches")
    def pipeline() -> None:
        shell(code=code.format(there=False))
        kubernetes.mount_pvc(shell(code=code.format(there=True)), "data", str(mount))

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert done.succeeded, done.problems()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda task: kubernetes.mount_pvc(task, "nothing", "/not/there"), "persistentvolumeclaim 'nothing' not found"),
        (
            lambda task: kubernetes.use_secret_as_env(task, "keys", {"no": "NO"}),
            "couldn't find key no in Secret 'keys'",
        ),
        (lambda task: kubernetes.set_timeout(task, 1), "longer than the specified deadline"),
    ],
)
def test_pods_that_cannot_run(kfp: EmulatedKfp, compile_tiny: Compile, ask: Any, message: str) -> None:
    @dsl.pipeline(name="pods")
    def pipeline() -> None:
        ask(shell(code="import time; time.sleep(60)"))

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT).tasks["shell"]
    assert done.state is State.FAILED
    assert message in done.message


_OUTPUT = "output_file.write_text(json.dumps({'artifacts': {'result': {'artifacts': [%s]}}}))"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (_OUTPUT % "{'metadata': {'span': None}}", "unknown/unsupported value type null_value"),
        (_OUTPUT % "{'uri': 's3://elsewhere/x'}", "does not have expected bucket prefix"),
        ("output_file.write_text('{\"unknown\": 1}')", 'no field named "unknown"'),
        ("path.write_text('x'); sys.exit(4)", "exit status 4"),
    ],
)
def test_outputs_that_the_launcher_cannot_publish(
    kfp: EmulatedKfp, compile_tiny: Compile, code: str, message: str
) -> None:
    done = kfp.run(compile_tiny(_one(write, code=code)), pipeline_root=ROOT).tasks["write"]
    assert done.state is State.FAILED
    assert message in done.message
    assert not done.artifacts


def test_metadata_comes_back_as_ml_metadata_keeps_it(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    metadata = "{'metadata': {'flag': True, 'many': [1, 'b'], 'deep': {'x': 1}, 'text': 't', 'number': 2}}"

    @dsl.pipeline(name="metadata")
    def pipeline() -> None:
        use(folder=write(code=_OUTPUT % metadata).outputs["result"], number=1)

    done = kfp.run(compile_tiny(pipeline), pipeline_root=ROOT)
    assert done.succeeded, done.problems()
    files, given = done.tasks["use"].log.splitlines()
    # Nothing was written, so nothing is there, not even a folder.
    assert files == "[] 1"
    got = json.loads(given)["inputs"]["artifacts"]["folder"]["artifacts"][0]["metadata"]
    assert got["flag"] == 1
    assert got["many"] == {"list": [1, "b"]}
    assert got["deep"] == {"struct": {"x": 1}}
    assert (got["text"], got["number"]) == ("t", 2)


def test_a_killed_executor_uploads_nothing_and_is_tried_again(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    code = "path.mkdir(); (path / 'a').write_text('1'); import time; time.sleep(1); (path / 'b').write_text('2')"

    def half_way(disk: pathlib.Path) -> bool:
        return any(disk.glob("minio/**/result/a"))

    def retry(spec: Any, platform: Any) -> None:
        policy = {"maxRetryCount": 1, "backoffMaxDuration": "60s"}
        spec["root"]["dag"]["tasks"]["write"]["retryPolicy"] = policy

    path = compile_tiny(_one(write, code=code))
    run = kfp.run(path, pipeline_root=ROOT, faults=[KillExecutor("write", half_way)])
    failed = run.tasks["write"]
    assert failed.state is State.FAILED
    assert failed.message == "failed to execute component: signal: 9 (no retry policy)"
    assert not kfp.objects.keys(f"{ROOT}/pipeline/one-task/{run.run_id}")
    path = compile_tiny(_one(write, code=code), retry)
    done = kfp.run(path, pipeline_root=ROOT, faults=[KillExecutor("write", half_way)]).tasks["write"]
    assert (done.state, done.tries) == (State.SUCCEEDED, 2)
    assert kfp.objects.keys(done.artifacts["result"].uri) == [key for key in done.uploaded if "/result/" in key]


def test_a_launcher_killed_between_two_uploads_publishes_nothing(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    code = "path.mkdir(); (path / 'a').write_text('1'); (path / 'b').write_text('2')"
    path = compile_tiny(_one(write, code=code))
    run = kfp.run(path, pipeline_root=ROOT, faults=[KillLauncher("write", 2)])
    assert run.states() == {"write": State.FAILED}
    assert not run.tasks["write"].artifacts
    keys = kfp.objects.keys(f"{ROOT}/pipeline/one-task/{run.run_id}")
    assert [key.split("/", 6)[6] for key in keys] == ["executor-logs", "result/a"]


def _with(value: Any, *keys: str) -> Callable[[Any, Any], None]:
    """A change that sets a value at a path of the pipeline, or takes it away."""

    def change(spec: Any, platform: Any) -> None:
        for key in keys[:-1]:
            spec = spec[key]
        if value is None:
            del spec[keys[-1]]
        else:
            spec[keys[-1]] = value

    return change


_EXECUTORS = ("deploymentSpec", "executors")
_TEXT = ("root", "inputDefinitions", "parameters", "text")


@pytest.mark.parametrize(
    ("change", "parameters", "message"),
    [
        (_with("2.0.0", "schemaVersion"), {}, "only supports schema version 2.1.0"),
        (_with(1, "root", "surprise"), {}, 'no field named "surprise"'),
        (_with({"resolver": {}}, *_EXECUTORS, "exec-use"), {}, "non-container and non-importer executor"),
        (_with(None, *_EXECUTORS, "exec-use"), {}, "not found in deployment config"),
        (_with(None, "components", "comp-use"), {}, "cannot find component ref name='comp-use'"),
        (_with(None, "root", "dag", "tasks", "make"), {}, "unknown producer task 'make'"),
        (lambda spec, platform: platform.update(platform={}), {}, "KFP would overlook this document"),
        (_with({"parameterType": "STRING"}, *_TEXT), {}, "parameter text is not optional"),
        (_with({"parameterType": "NUMBER_INTEGER"}, *_TEXT), {"text": "5"}, "text requires type NUMBER_INTEGER"),
        (_with({"parameterType": "STRING"}, *_TEXT), {"text": 5}, "text requires type STRING"),
        (_with({"parameterType": "STRING"}, *_TEXT), {"text": "", "tekst": ""}, "not required by pipeline: tekst"),
    ],
)
def test_what_the_api_server_refuses(
    kfp: EmulatedKfp, compile_tiny: Compile, change: Any, parameters: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        kfp.run(compile_tiny(two_tasks, change), parameters, pipeline_root=ROOT)


_NUMBER = ("root", "dag", "tasks", "use", "inputs", "parameters", "number")
_DECLARED = ("components", "comp-use", "inputDefinitions", "parameters", "number")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_with({"runtimeValue": {"constant": "7"}}, *_NUMBER), "mismatch: expect NUMBER_INTEGER, got string_value"),
        (_with({"componentInputParameter": "no"}, *_NUMBER), "parent DAG does not have input parameter no"),
        (
            _with({"taskOutputParameter": {"producerTask": "make", "outputParameterKey": "no"}}, *_NUMBER),
            "unknown protobuf.Value type: <nil>",
        ),
        (_with(None, *_NUMBER), "neither value nor default value provided for non-optional parameter 'number'"),
        (
            _with("no", "root", "dag", "tasks", "use", "inputs", "artifacts", "folder", "taskOutputArtifact",
                  "outputArtifactKey"),
            "cannot find output artifact key 'no'",
        ),
        (_with({"resourceMemoryLimit": "16GB"}, *_EXECUTORS, "exec-use", "container", "resources"), "quantities must"),
    ],
)  # fmt: skip
def test_what_the_driver_fails_at(kfp: EmulatedKfp, compile_tiny: Compile, change: Any, message: str) -> None:
    done = kfp.run(compile_tiny(two_tasks, change), pipeline_root=ROOT)
    assert done.states() == {"make": State.SUCCEEDED, "use": State.FAILED}
    assert message in done.tasks["use"].message
    assert done.tasks["use"].tries == 0


def test_a_default_fills_only_a_parameter_that_is_optional(kfp: EmulatedKfp, compile_tiny: Compile) -> None:
    """The driver makes an empty text of a parameter that has a default but is not called optional."""

    def required(spec: Any, platform: Any) -> None:
        del spec["components"]["comp-make"]["inputDefinitions"]["parameters"]["text"]["isOptional"]

    path = compile_tiny(_one(make))
    assert kfp.run(path, pipeline_root=ROOT).tasks["make"].log == "made default\n"
    path = compile_tiny(_one(make), required)
    assert kfp.run(path, pipeline_root=ROOT).tasks["make"].log == "made \n"
