"""Brings a compiled pipeline to the server, unless it is there already."""

import dataclasses
from typing import Any

from pipeline.kubeflow.client.compiled_pipeline import CompiledPipeline
from pipeline.kubeflow.client.session import Session, named

_FIRST_VERSION = "First version: "


@dataclasses.dataclass(frozen=True)
class UploadedVersion:
    """A pipeline's version on the server.

    Attributes:
        pipeline_id: The pipeline's.
        version_id: Its own.
        name: What says which content it has.
    """

    pipeline_id: str
    version_id: str
    name: str


def uploaded_version(session: Session, compiled: CompiledPipeline) -> UploadedVersion:
    """Uploads a pipeline, or a version of it, or finds the version that has this content.

    Args:
        session: Who asks.
        compiled: The pipeline.
    """
    pipeline_id = session.pipeline_id()
    if pipeline_id is None:
        uploaded = session.client.upload_pipeline(
            str(compiled.path),
            pipeline_name=compiled.name,
            description=_FIRST_VERSION + compiled.version,
            namespace=session.connection.namespace,
        )
        (first,) = session.client.list_pipeline_versions(uploaded.pipeline_id).pipeline_versions
        return UploadedVersion(uploaded.pipeline_id, first.pipeline_version_id, compiled.version)
    found = _with_this_content(session, pipeline_id, compiled)
    if found is not None:
        return UploadedVersion(pipeline_id, found.pipeline_version_id, compiled.version)
    uploaded = session.client.upload_pipeline_version(
        str(compiled.path), pipeline_version_name=compiled.version, pipeline_id=pipeline_id
    )
    return UploadedVersion(pipeline_id, uploaded.pipeline_version_id, compiled.version)


def _with_this_content(session: Session, pipeline_id: str, compiled: CompiledPipeline) -> Any:
    """The version that was uploaded from these bytes, or None.

    A server gives the first version the pipeline's own name and description, so that is where its content is told.
    """
    for name in (compiled.version, compiled.name):
        for version in session.client.list_pipeline_versions(pipeline_id, filter=named(name)).pipeline_versions or []:
            if version.display_name == compiled.version or version.description == _FIRST_VERSION + compiled.version:
                return version
    return None
