"""A small server that answers as Kubeflow Pipelines' API does, and holds every request against its published spec."""

from .facts import ApiFacts
from .server import ApiStub

__all__ = ["ApiFacts", "ApiStub"]
