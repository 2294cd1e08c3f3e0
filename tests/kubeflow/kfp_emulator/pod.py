"""What the driver asks of Kubernetes for a task."""

import dataclasses


@dataclasses.dataclass
class Pod:
    """A task's pod, as far as the pipeline decides.

    Attributes:
        image: The image.
        command: The command with its arguments, placeholders and all.
        env: Environment variables with their values.
        secret_env: Environment variables with the secret's name and key, and whether either may be missing.
        claims: Mount paths with the claim and the folder in it.
        secret_volumes: Mount paths with the secret's name, and whether it may be missing.
        limits: Resource limits.
        requests: Resource requests.
        node_selector: Labels that the node must have.
        tolerations: Taints that it puts up with.
        image_pull_secrets: Secrets for the image.
        image_pull_policy: When the image is pulled.
        active_deadline_seconds: How long it may run; 0 is for ever.
        labels: The pod's labels.
        annotations: The pod's annotations.
    """

    image: str
    command: list[str]
    env: dict[str, str] = dataclasses.field(default_factory=dict)
    secret_env: dict[str, tuple[str, str, bool]] = dataclasses.field(default_factory=dict)
    claims: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    secret_volumes: dict[str, tuple[str, bool]] = dataclasses.field(default_factory=dict)
    limits: dict[str, str] = dataclasses.field(default_factory=dict)
    requests: dict[str, str] = dataclasses.field(default_factory=dict)
    node_selector: dict[str, str] = dataclasses.field(default_factory=dict)
    tolerations: list[dict[str, object]] = dataclasses.field(default_factory=list)
    image_pull_secrets: list[str] = dataclasses.field(default_factory=list)
    image_pull_policy: str = ""
    active_deadline_seconds: int = 0
    labels: dict[str, str] = dataclasses.field(default_factory=dict)
    annotations: dict[str, str] = dataclasses.field(default_factory=dict)
