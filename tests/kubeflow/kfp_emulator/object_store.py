"""The object store as the launcher uses it: `objectstore/object_store.go@031e8f93`, `objectstore/config.go`."""

import os
import pathlib
import threading
from collections.abc import Callable
from typing import Any

# `LocalPathForURI` in `component/launcher_v2.go@00450640`.
MOUNTS = {"gs://": "gcs", "minio://": "minio", "s3://": "s3"}


def local_path(uri: str, disk: pathlib.Path) -> pathlib.Path:
    """`LocalPathForURI`, with the pod's disk in place of the container's root.

    Args:
        uri: An artifact's URI.
        disk: The pod's disk.

    Returns:
        Where the launcher has the artifact.

    Raises:
        ValueError: There is no mount for such URIs.
    """
    for scheme, mount in MOUNTS.items():
        if uri.startswith(scheme):
            return disk / mount / uri.removeprefix(scheme)
    raise ValueError(f"failed to generate local path for URI {uri}: unsupported storage scheme")


class ObjectStore:
    """A server that speaks S3, as MinIO does; it is named by boto3's environment variables."""

    def __init__(self) -> None:
        import boto3

        self._lock = threading.Lock()
        self._client: Any = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])

    def create_bucket(self, name: str) -> None:
        """Makes a bucket; the one of the pipeline root has to be there."""
        self._client.create_bucket(Bucket=name)

    def keys(self, uri: str) -> list[str]:
        """The keys below a URI, and not those that only begin alike."""
        bucket, _, prefix = uri.partition("://")[2].partition("/")
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        # `isBlobKeyUnderPrefix`; before 2.16 `model` brought `model_run` along.
        return [key for key in keys if key == prefix or key.startswith(prefix.rstrip("/") + "/")]

    def read(self, uri: str) -> bytes:
        """One object's bytes."""
        bucket, _, key = uri.partition("://")[2].partition("/")
        return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def download(self, uri: str, target: pathlib.Path) -> None:
        """`DownloadBlob`: an artifact without files leaves nothing, neither a folder nor an error."""
        bucket, _, prefix = uri.partition("://")[2].partition("/")
        for key in self.keys(uri):
            path = target / key.removeprefix(prefix).lstrip("/") if key != prefix else target
            path.parent.mkdir(parents=True, exist_ok=True)
            self._client.download_file(bucket, key, str(path))

    def upload(self, source: pathlib.Path, uri: str, root: str, uploaded: Callable[[str], None]) -> None:
        """`UploadBlob`: a file, or a folder's files by their names; empty folders are lost.

        Args:
            source: A file or a folder.
            uri: Where it goes.
            root: The run's pipeline root, in which the launcher opened the bucket.
            uploaded: Called with each file's key once it is there.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The URI lies outside the root.
        """
        # `KeyFromURI`.
        if not uri.startswith(root) or not uri.removeprefix(root).lstrip("/"):
            raise ValueError(f"URI {uri!r} does not have expected bucket prefix {root!r}")
        source.stat()
        if not source.is_dir():
            bucket, _, key = uri.partition("://")[2].partition("/")
            self._client.put_object(Bucket=bucket, Key=key, Body=source.read_bytes())
            uploaded(key)
            return
        for child in sorted(source.iterdir()):
            # A link to a folder is no folder for Go's `ReadDir`, and reading it fails.
            if child.is_symlink() and child.is_dir():
                raise IsADirectoryError(f"uploadFile(): unable to complete copying {child}")
            self.upload(child, f"{uri}/{child.name}", root, uploaded)
