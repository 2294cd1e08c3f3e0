"""What the config section `kubeflow` takes, and what it means for a task."""

from typing import Any

import pydantic
import pytest

from pipeline.kubeflow.config import KubeflowConfig, TaskConfig


def test_a_component_asks_for_its_own_and_else_for_what_all_ask() -> None:
    settings = KubeflowConfig(
        cpu="2",
        memory="8Gi",
        node_selector={"pool": "cpu"},
        components={"Trainer": TaskConfig(memory="32Gi", gpus=1, retries=0)},
    )
    trainer, report = settings.of_component("Trainer"), settings.of_component("Report")
    assert (trainer.cpu, trainer.memory, trainer.gpus, trainer.retries) == ("2", "32Gi", 1, 0)
    assert (report.cpu, report.memory, report.gpus, report.retries) == ("2", "8Gi", 0, 2)
    assert trainer.node_selector == {"pool": "cpu"}


def test_a_default_that_a_component_writes_out_goes_before_what_all_ask() -> None:
    settings = KubeflowConfig(retries=5, components={"Promoter": TaskConfig(retries=2)})
    assert settings.of_component("Promoter").retries == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"memory": "8 GB"}, "memory"),
        ({"memory": "0Gi"}, "memory"),
        ({"cpu": "two"}, "cpu"),
        ({"timeout": "12"}, "timeout"),
        ({"timeout": "1h30m"}, "timeout"),
        ({"schedule": "0 2 * * *"}, "has 5 fields and not six"),
        ({"components": {"trainer": {}}}, "trainer: not a component; there are TextExampleGen"),
        ({"components": {"Trainer": {"gpu": 1}}}, "gpu"),
        ({"volumes": [{"claim": "data", "mount": "mnt"}]}, "mount"),
        ({"secrets": [{"name": "s3"}]}, "give `env`, `mount` or both"),
        ({"tolerations": [{"operator": "Equal", "value": "gpu"}]}, "needs a `key`"),
        ({"tolerations": [{"operator": "Exists", "key": "a", "value": "gpu"}]}, "takes no `value`"),
        ({"tolerations": [{"key": "a", "toleration_seconds": 5}]}, "effect: NoExecute"),
    ],
)
def test_what_kubernetes_would_not_take_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=message):
        KubeflowConfig(**values)
