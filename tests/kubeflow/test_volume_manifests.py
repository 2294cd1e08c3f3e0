"""The volumes of runs on Kubeflow: valid by Kubernetes' own schemas, and what the example and the servers mount."""

import pathlib
from typing import Any

import kubernetes_validate
import pytest
import yaml

from pipeline.kubeflow.load import load_for_kubeflow

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
VOLUMES = REPOSITORY / "kubeflow" / "volumes"
CLAIM, POD = (yaml.safe_load((VOLUMES / name).read_text(encoding="utf-8")) for name in ("claim.yaml", "copy.yaml"))


@pytest.mark.parametrize("version", ["1.27", kubernetes_validate.latest_version()])
@pytest.mark.parametrize("resource", [CLAIM, POD], ids=lambda resource: str(resource["kind"]))
def test_resources_are_valid(resource: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(resource, version, strict=True)


def test_the_pod_can_do_little() -> None:
    [container] = POD["spec"]["containers"]
    assert POD["spec"]["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_example_mounts_the_claims_where_the_pod_copies_to() -> None:
    """And in its folders are the data that it reads, and the models that it promotes."""
    config = load_for_kubeflow(REPOSITORY / "examples" / "tickets-nightly.yaml")
    wanted = {volume.claim: volume.mount for volume in config.kubeflow.volumes}
    claims = {volume["name"]: volume["persistentVolumeClaim"]["claimName"] for volume in POD["spec"]["volumes"]}
    [container] = POD["spec"]["containers"]
    assert wanted == {claims[mount["name"]]: mount["mountPath"] for mount in container["volumeMounts"]}
    serving = yaml.safe_load((REPOSITORY / "kubeflow/serving/volume/claim.yaml").read_text(encoding="utf-8"))
    assert set(wanted) == {CLAIM["metadata"]["name"], serving["metadata"]["name"]}
    assert config.kubeflow.config_folder == wanted["bertline"]
    assert config.data.path == "/mnt/bertline/data/tickets.csv"
    assert config.serving.directory == wanted["models"]


def test_the_example_is_the_tickets_line_with_a_section_for_kubeflow() -> None:
    nightly, tickets = (
        yaml.safe_load((REPOSITORY / "examples" / name).read_text(encoding="utf-8"))
        for name in ("tickets-nightly.yaml", "tickets.yaml")
    )
    own = {"kubeflow", "serving"}
    assert {key: value for key, value in nightly.items() if key not in own} == {
        key: value for key, value in tickets.items() if key not in own
    }
