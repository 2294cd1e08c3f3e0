"""The deployment files of TensorFlow Serving: valid by Kubernetes' own schemas, and of one mind with each other.

`kubernetes-validate` knows no schemas of the Prometheus operator and of KServe: of their three resources only that is
checked which has to agree with the rest.
"""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml
from google.protobuf import text_format

from serving.op_compatibility import parse_release
from serving.server.batching.batching_parameters import read_batching_parameters
from serving.server.flags import server_parser
from serving.server.monitoring.monitoring_config import metrics_path
from serving.server.process import ServerProcess

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "kubeflow" / "serving"
BASE, TOKEN = FOLDER / "base", FOLDER / "components" / "token"
CUSTOM = {"ServiceMonitor", "ServingRuntime", "InferenceService"}
BUILDS = sorted(
    path.parent for path in [FOLDER / "base/kustomization.yaml", *FOLDER.glob("overlays/*/kustomization.yaml")]
)
OLDEST = "1.27"  # the first with `unhealthyPodEvictionPolicy` and all else switched on


def _documents(path: pathlib.Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def _resources() -> dict[str, Any]:
    """All complete resources, by kind and name; patches are parts of other resources."""
    patches = {
        path.parent / patch["path"]
        for path in FOLDER.rglob("kustomization.yaml")
        for patch in _documents(path)[0].get("patches", [])
    }
    others = {*patches, FOLDER / "compose.yaml", TOKEN / "envoy.yaml", *FOLDER.rglob("kustomization.yaml")}
    return {
        f"{each['kind']}/{each['metadata']['name']}": each
        for path in sorted(set(FOLDER.rglob("*.yaml")) - others)
        for each in _documents(path)
    }


RESOURCES = _resources()
SERVER, GATEWAY = RESOURCES["Deployment/model-server"], RESOURCES["Deployment/model-gateway"]
RUNTIME, INFERENCE = (
    RESOURCES["ServingRuntime/bertline-tensorflow-serving"]["spec"]["containers"][0],
    next(each for name, each in RESOURCES.items() if name.startswith("InferenceService/")),
)
COMPOSE = _documents(FOLDER / "compose.yaml")[0]["services"]["model-server"]


def _pod(deployment: Any) -> Any:
    return deployment["spec"]["template"]["spec"]


def _container(deployment: Any) -> Any:
    (container,) = _pod(deployment)["containers"]
    return container


def _flags(arguments: list[str]) -> dict[str, str]:
    return dict(argument.removeprefix("--").split("=", 1) for argument in arguments)


FLAGS = _flags(_container(SERVER)["args"])


def _served_model() -> str:
    from tensorflow_serving.config import model_server_config_pb2

    config = model_server_config_pb2.ModelServerConfig()
    text_format.Parse((BASE / "models.config").read_text(encoding="utf-8"), config)
    (model,) = config.model_config_list.config
    assert model.base_path == f"/models/{model.name}"
    assert model.model_platform == "tensorflow"
    return str(model.name)


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
@pytest.mark.parametrize("name", [name for name, each in RESOURCES.items() if each["kind"] not in CUSTOM])
def test_resources_are_valid(name: str, version: str) -> None:
    kubernetes_validate.validate(RESOURCES[name], version, strict=True)


@pytest.fixture(scope="module")
def kubectl() -> str:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed, which puts bases, components and patches together")
    return program


@pytest.mark.parametrize("build", [*BUILDS, FOLDER / "kserve"], ids=lambda build: str(build.name))
def test_what_kustomize_makes_is_valid(kubectl: str, build: pathlib.Path) -> None:
    made = subprocess.run([kubectl, "kustomize", str(build)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    documents = list(yaml.safe_load_all(made.stdout))
    for document in documents:
        if document["kind"] not in CUSTOM:
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
    _check_mounts(documents)
    assert len({(each["kind"], each["metadata"]["name"]) for each in documents}) == len(documents)


def _check_mounts(documents: list[Any]) -> None:
    """Whatever a pod mounts is made here, but for the keys that people make by hand."""
    made = {(each["kind"], each["metadata"]["name"]) for each in documents}
    by_hand = {("ConfigMap", "model-gateway-keys"), ("Secret", "model-gateway-tls"), ("Secret", "model-server-tls")}
    for deployment in (each for each in documents if each["kind"] == "Deployment"):
        volumes = {volume["name"]: volume for volume in _pod(deployment)["volumes"]}
        mounted = {mount["name"] for mount in _container(deployment)["volumeMounts"]}
        assert mounted == volumes.keys()
        for volume in volumes.values():
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in made | by_hand
            if "secret" in volume:
                assert ("Secret", volume["secret"]["secretName"]) in by_hand
            if "persistentVolumeClaim" in volume:
                assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in made


def test_the_variants_change_what_they_are_for(kubectl: str) -> None:
    made: dict[str, dict[str, Any]] = {}
    for build in BUILDS:
        text = subprocess.run([kubectl, "kustomize", str(build)], capture_output=True, text=True, check=True).stdout
        made[build.name] = {f"{each['kind']}/{each['metadata']['name']}": each for each in yaml.safe_load_all(text)}
    gpu = _container(made["gpu"]["Deployment/model-server"])
    assert gpu["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert gpu["image"].endswith("-gpu")
    assert gpu["args"] == _container(SERVER)["args"]
    tls = _container(made["mutual-tls"]["Deployment/model-server"])
    mounts = {mount["name"]: mount["mountPath"] for mount in tls["volumeMounts"]}
    assert tls["args"] == [*_container(SERVER)["args"], f"--ssl_config_file={mounts['tls']}/ssl.config"]
    assert {"Deployment/model-gateway", "ServiceMonitor/model-server"} <= made["production"].keys()


@pytest.mark.parametrize("name", ["model-server", "model-gateway"])
def test_selectors_ports_and_names_agree(name: str) -> None:
    deployment, service = RESOURCES[f"Deployment/{name}"], RESOURCES[f"Service/{name}"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        service["spec"]["selector"],
        RESOURCES[f"PodDisruptionBudget/{name}"]["spec"]["selector"]["matchLabels"],
        RESOURCES[f"NetworkPolicy/{name}"]["spec"]["podSelector"]["matchLabels"],
        _pod(deployment)["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
    ]
    assert selectors == [{"app.kubernetes.io/name": name}] * len(selectors)
    assert labels["app.kubernetes.io/name"] == name
    ports = {port["name"]: port["containerPort"] for port in _container(deployment)["ports"]}
    assert {port["targetPort"] for port in service["spec"]["ports"]} == ports.keys()
    ingress = RESOURCES[f"NetworkPolicy/{name}"]["spec"]["ingress"]
    assert {port["port"] for rule in ingress for port in rule["ports"]} == ports.keys()


def test_the_autoscaler_and_prometheus_find_the_server() -> None:
    target = RESOURCES["HorizontalPodAutoscaler/model-server"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", SERVER["metadata"]["name"])
    # Else each `kubectl apply` would undo the autoscaler.
    assert "replicas" not in SERVER["spec"]
    service, monitor = RESOURCES["Service/model-server"], RESOURCES["ServiceMonitor/model-server"]["spec"]
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (endpoint,) = monitor["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert endpoint["path"] == metrics_path(BASE / "monitoring.config")


def test_the_gateway_reaches_the_server_and_no_other_pod_does() -> None:
    rules = RESOURCES["NetworkPolicy/model-server"]["spec"]["ingress"]
    clients = [source for rule in rules for source in rule["from"] if "podSelector" in source]
    (label,) = [source["podSelector"]["matchLabels"] for source in clients]
    assert label.items() <= GATEWAY["spec"]["template"]["metadata"]["labels"].items()
    assert all(rule["from"] for rule in rules)
    ports = {port["port"] for port in RESOURCES["Service/model-server"]["spec"]["ports"]}
    to_server = RESOURCES["NetworkPolicy/model-gateway"]["spec"]["egress"][0]
    assert to_server["to"][0]["podSelector"]["matchLabels"] == SERVER["spec"]["selector"]["matchLabels"]
    assert {port["port"] for port in to_server["ports"]} == ports


def test_flags_ports_and_mounted_files_agree() -> None:
    container = _container(SERVER)
    assert [int(FLAGS["port"]), int(FLAGS["rest_api_port"])] == [port["containerPort"] for port in container["ports"]]
    volumes = {volume["name"]: volume for volume in _pod(SERVER)["volumes"]}
    mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in container["volumeMounts"]}
    generated = {
        each["name"]: each["files"] for each in _documents(BASE / "kustomization.yaml")[0]["configMapGenerator"]
    }
    for flag in ("model_config_file", "batching_parameters_file", "monitoring_config_file"):
        path = pathlib.PurePath(FLAGS[flag])
        assert path.name in generated[mounts[str(path.parent)]["configMap"]["name"]]
        assert (BASE / path.name).is_file()
    assert (
        mounts["/models"]["persistentVolumeClaim"]["claimName"]
        == RESOURCES["PersistentVolumeClaim/models"]["metadata"]["name"]
    )
    # Running pods see a change of the models only if the name stays.
    (options,) = [
        each["options"]
        for each in _documents(BASE / "kustomization.yaml")[0]["configMapGenerator"]
        if "models.config" in each["files"]
    ]
    assert options["disableNameSuffixHash"]


def test_bertlines_own_server_knows_the_flags() -> None:
    for flags in (FLAGS, _flags(RUNTIME["args"])):
        known = [f"--{name}={value}" for name, value in flags.items() if not name.startswith("tensorflow_")]
        server_parser("server").parse_args(known)


def test_a_server_with_these_flags_passes_its_probes(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf

    name = _served_model()
    echo = tf.function(lambda text: {"text": text}, input_signature=[tf.TensorSpec([None], tf.string)])
    tf.saved_model.save(tf.Module(), str(tmp_path / name / "1"), signatures={"serving_default": echo})
    config = (BASE / "models.config").read_text(encoding="utf-8").replace("/models/", f"{tmp_path}/")
    (tmp_path / "models.config").write_text(config, encoding="utf-8")
    files = {
        "model_config_file": str(tmp_path / "models.config"),
        "batching_parameters_file": str(BASE / "batching_parameters.txt"),
        "monitoring_config_file": str(BASE / "monitoring.config"),
    }
    flags = {**FLAGS, **files, "port": "0", "rest_api_port": "0"}
    # Of the stock server's flags ours has none that sizes TensorFlow.
    with ServerProcess([f"--{flag}={value}" for flag, value in flags.items() if "tensorflow" not in flag]) as server:
        paths = [_container(SERVER)[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe")]
        for path in (*paths, RESOURCES["ServiceMonitor/model-server"]["spec"]["endpoints"][0]["path"]):
            with urllib.request.urlopen(f"http://{server.rest_address}{path}", timeout=30) as response:
                assert response.status == 200
        *command, script = COMPOSE["healthcheck"]["test"][1:]
        here = script.replace("127.0.0.1/8501", server.rest_address.replace(":", "/"))
        assert here != script
        assert subprocess.run([*command, here], check=False, timeout=30).returncode == 0
        other = here.replace(f"/models/{name} ", "/models/other ")
        assert subprocess.run([*command, other], check=False, timeout=30).returncode != 0


def test_threads_are_as_many_as_cores() -> None:
    for flags, cores in (
        (FLAGS, _container(SERVER)["resources"]["limits"]["cpu"]),
        (_flags(RUNTIME["args"]), RUNTIME["resources"]["limits"]["cpu"]),
        (_flags(COMPOSE["command"]), COMPOSE["cpus"]),
    ):
        assert int(flags["tensorflow_session_parallelism"]) == int(cores)


def test_probes_ask_for_the_served_model() -> None:
    model, container = _served_model(), _container(SERVER)
    for probe in ("startupProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": f"/v1/models/{model}", "port": "http-rest"}
    assert container["livenessProbe"]["tcpSocket"]["port"] == "grpc"
    assert f"GET /v1/models/{model} HTTP" in COMPOSE["healthcheck"]["test"][-1]
    served = INFERENCE["spec"]["predictor"]["model"]
    assert INFERENCE["metadata"]["name"] == model
    assert served["readinessProbe"]["httpGet"]["path"] == f"/v1/models/{model}"
    assert served["storageUri"] == f"pvc://models/{model}"


def test_a_pod_lives_longer_than_its_sleep_and_the_longest_request() -> None:
    longest = int(FLAGS["rest_api_timeout_in_ms"]) / 1000
    predictor = INFERENCE["spec"]["predictor"]
    for lifecycle, grace in (
        (_container(SERVER)["lifecycle"], _pod(SERVER)["terminationGracePeriodSeconds"]),
        (predictor["model"]["lifecycle"], predictor["terminationGracePeriodSeconds"]),
    ):
        command, seconds = lifecycle["preStop"]["exec"]["command"]
        assert command == "sleep"
        assert int(seconds) >= 10
        assert int(seconds) + longest < grace
    slept = int(_container(GATEWAY)["lifecycle"]["preStop"]["exec"]["command"][-1].rpartition("sleep ")[2])
    assert longest < slept < _pod(GATEWAY)["terminationGracePeriodSeconds"]
    assert float(COMPOSE["stop_grace_period"].removesuffix("s")) >= longest


def test_every_server_is_new_enough_for_tensorflow_text() -> None:
    images = [
        (path.name, found)
        for path in FOLDER.rglob("*.yaml")
        for found in re.findall(r"image:\s*tensorflow/serving\S*", path.read_text(encoding="utf-8"))
    ]
    assert {name for name, _ in images} == {"deployment.yaml", "serving-runtime.yaml", "compose.yaml"}
    for _, image in images:
        assert parse_release(image.rpartition(":")[2].removesuffix("-gpu")) >= (2, 20)
    assert len({image.removesuffix("-gpu") for _, image in images}) == 1


def test_config_files_are_the_messages_that_the_server_reads() -> None:
    assert re.fullmatch(r"[a-z0-9_-]+", _served_model())
    assert metrics_path(BASE / "monitoring.config") is not None
    parameters = read_batching_parameters(BASE / "batching_parameters.txt")
    assert parameters.max_batch_size == parameters.allowed_batch_sizes[-1]
    assert not parameters.pad_variable_length_inputs


def test_compose_starts_the_same_server() -> None:
    assert COMPOSE["command"] == _container(SERVER)["args"]
    assert COMPOSE["entrypoint"] == _container(SERVER)["command"]
    assert COMPOSE["image"] == _container(SERVER)["image"]
    targets = {volume["target"]: volume for volume in COMPOSE["volumes"]}
    assert all(volume["read_only"] for volume in targets.values())
    for flag in ("model_config_file", "batching_parameters_file", "monitoring_config_file"):
        path = pathlib.PurePath(FLAGS[flag])
        assert (FOLDER / targets[str(path.parent)]["source"] / path.name).is_file()
    assert COMPOSE["ports"] == [f"127.0.0.1:{FLAGS[port]}:{FLAGS[port]}" for port in ("port", "rest_api_port")]
    assert (COMPOSE["read_only"], COMPOSE["cap_drop"]) == (True, ["ALL"])
    assert not COMPOSE["user"].startswith(("0", "root"))


def test_kserve_starts_a_server_of_its_form() -> None:
    flags = _flags(RUNTIME["args"])
    assert {name: flags[name] for name in ("port", "rest_api_port")} == {"port": "9000", "rest_api_port": "8080"}
    assert (flags["model_name"], flags["model_base_path"]) == ("{{.Name}}", "/mnt/models")
    predictor = INFERENCE["spec"]["predictor"]
    assert predictor["model"]["runtime"] == RESOURCES["ServingRuntime/bertline-tensorflow-serving"]["metadata"]["name"]
    assert predictor["model"]["readinessProbe"]["httpGet"]["port"] == int(flags["rest_api_port"])
    assert RUNTIME["image"] == _container(SERVER)["image"]


def _pods() -> Iterator[tuple[Any, Any]]:
    for deployment in (SERVER, GATEWAY):
        yield _pod(deployment), _container(deployment)
    yield {**INFERENCE["spec"]["predictor"], "securityContext": RUNTIME["securityContext"]}, RUNTIME


def test_pods_can_do_little() -> None:
    for pod, container in _pods():
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys() & container["resources"]["limits"].keys()


def test_no_secret_is_in_the_files() -> None:
    for path in filter(pathlib.Path.is_file, FOLDER.rglob("*")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"-----BEGIN|eyJ[\w-]{20}|^kind: Secret|password", text, re.MULTILINE), path


def _connection_manager() -> tuple[Any, Any]:
    envoy = _documents(TOKEN / "envoy.yaml")[0]
    (listener,) = envoy["static_resources"]["listeners"]
    (chain,) = listener["filter_chains"]
    assert listener["address"]["socket_address"]["port_value"] == _container(GATEWAY)["ports"][0]["containerPort"]
    assert envoy["admin"]["address"]["socket_address"]["address"] == "127.0.0.1"
    tls = chain["transport_socket"]["typed_config"]["common_tls_context"]
    assert tls["alpn_protocols"] == ["h2", "http/1.1"]
    return envoy["static_resources"], chain["filters"][0]["typed_config"]


def test_the_gateway_asks_everybody_for_a_token_first() -> None:
    _, manager = _connection_manager()
    token, router = manager["http_filters"]
    assert (token["name"], router["name"]) == ("envoy.filters.http.jwt_authn", "envoy.filters.http.router")
    assert token["typed_config"]["rules"] == [{"match": {"prefix": "/"}, "requires": {"provider_name": "clients"}}]
    assert token["typed_config"]["providers"]["clients"]["require_expiration"] is True


def test_the_gateway_lets_predictions_pass_and_no_reloads() -> None:
    resources, manager = _connection_manager()
    (host,) = manager["route_config"]["virtual_hosts"]
    matches = [next(iter(route["match"].values())) for route in host["routes"]]
    assert matches == [
        "/tensorflow.serving.PredictionService/", "/tensorflow.serving.ModelService/GetModelStatus", "/v1/models/"
    ]  # fmt: skip
    assert manager["normalize_path"] is True
    addresses = {
        cluster["name"]: cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]["address"][
            "socket_address"
        ]
        for cluster in resources["clusters"]
    }
    name = RESOURCES["Service/model-server"]["metadata"]["name"]
    assert addresses == {
        "grpc": {"address": name, "port_value": int(FLAGS["port"])},
        "rest": {"address": name, "port_value": int(FLAGS["rest_api_port"])},
    }
    assert {route["route"]["cluster"] for route in host["routes"]} == addresses.keys()


def _part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_tokens_are_signed_by_the_key_that_the_gateway_knows(tmp_path: pathlib.Path) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    def run(*arguments: str, key: str = "") -> str:
        command = ["bash", str(TOKEN / "token.sh"), *arguments]
        return subprocess.run(command, input=key, capture_output=True, text=True, check=True, cwd=tmp_path).stdout

    private = run("key")
    (public,) = json.loads(run("jwks", key=private))["keys"]
    header, claims, signature = run("token", "alice", "30", key=private).strip().split(".")
    numbers = rsa.RSAPublicNumbers(*(int.from_bytes(_part(public[name]), "big") for name in ("e", "n")))
    # Raises where it does not fit.
    numbers.public_key().verify(_part(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(_part(header)) == {"alg": "RS256", "typ": "JWT", "kid": public["kid"]}
    told = json.loads(_part(claims))
    provider = _connection_manager()[1]["http_filters"][0]["typed_config"]["providers"]["clients"]
    assert (told["iss"], [told["aud"]], told["sub"]) == (provider["issuer"], provider["audiences"], "alice")
    assert told["exp"] - told["iat"] == 30 * 86400
    assert not list(tmp_path.iterdir())
    for wrong in (["token", 'a"b', "1"], ["token", "alice", "x"], ["token", "alice"], []):
        with pytest.raises(subprocess.CalledProcessError):
            run(*wrong, key=private)
