"""Where an artifact is kept, which is not always where a component finds it."""

from tfx.types import Artifact

PROPERTY = "stored_at"
"""A custom property that kubeflow/entrypoint.py sets: there, components have local copies from an object store."""


def stored_at(artifact: Artifact) -> str:
    """The artifact's own address, for records that outlive the run; its folder, on one machine."""
    return artifact.get_string_custom_property(PROPERTY) or str(artifact.uri)
