"""The options by which commands reach Kubeflow Pipelines, and the environment variables with what is secret."""

import dataclasses
import os
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from models.user_error import UserError

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig
    from pipeline.kubeflow.client.session import Session

TOKEN, TOKEN_FILE, COOKIES = "KFP_EXISTING_TOKEN", "KF_PIPELINES_SA_TOKEN_PATH", "BERTLINE_KFP_COOKIES"
"""Environment variables; the first two are kfp's own names."""

CREDENTIALS = (
    f"Credentials come from the environment: {TOKEN} holds a bearer token, {TOKEN_FILE} names a file with one (in a "
    f"pod, that of its service account is found without it), {COOKIES} holds the Cookie header of a login in the "
    "browser."
)
"""What the help says of them."""

_PANEL = "Kubeflow Pipelines"

Host = Annotated[
    str | None,
    typer.Option(
        help="The API's address, such as http://localhost:8080; else kubeflow.host.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]
Namespace = Annotated[
    str | None,
    typer.Option(
        help="The user's namespace, on a server for several users; else kubeflow.namespace.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]
Experiment = Annotated[
    str | None,
    typer.Option(
        help="The experiment that runs belong to; else kubeflow.experiment, else the pipeline's name.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]
CaCertificate = Annotated[
    pathlib.Path | None,
    typer.Option(
        metavar="FILE",
        help="Certificates that the server's is checked with, in place of the public ones.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]
VerifyTls = Annotated[
    bool, typer.Option("--verify-tls/--no-verify-tls", help="Check its certificate.", rich_help_panel=_PANEL)
]


@dataclasses.dataclass(frozen=True)
class ConnectionOptions:
    """What the command line says of the connection."""

    host: str | None
    namespace: str | None
    experiment: str | None
    ca_certificate: pathlib.Path | None
    verify_tls: bool

    def check(self, config: "PipelineConfig") -> str:
        """The server's address, for which nothing slow is imported.

        Args:
            config: The pipeline's.

        Raises:
            UserError: There is none, or it is none.
        """
        host = self.host or config.kubeflow.host
        if not host:
            raise UserError(
                "kubeflow.host is missing: give the address of Kubeflow Pipelines' API there or by --host, such as "
                "http://localhost:8080 after `kubectl port-forward -n kubeflow svc/ml-pipeline-ui 8080:80`"
            )
        if not host.startswith(("http://", "https://")):
            raise UserError(f"kubeflow.host {host!r} begins with neither http:// nor https://")
        if self.ca_certificate and not self.ca_certificate.is_file():
            raise UserError(f"--ca-certificate {self.ca_certificate}: there is no such file")
        return host.rstrip("/")

    def open(self, config: "PipelineConfig") -> "Session":
        """Connects.

        Args:
            config: The pipeline's.

        Raises:
            UserError: The address is missing, the server cannot be reached or refuses.
        """
        host = self.check(config)

        from pipeline.kubeflow.client.api_errors import told_as_user_errors
        from pipeline.kubeflow.client.connection import Connection, PipelinesClient
        from pipeline.kubeflow.client.session import Session

        token, cookies = os.environ.get(TOKEN) or None, os.environ.get(COOKIES) or None
        connection = Connection(
            host,
            namespace=self.namespace or config.kubeflow.namespace,
            token=token,
            token_file=None if token or cookies else _token_file(),
            cookies=cookies,
            ca_certificate=self.ca_certificate,
            verify_tls=self.verify_tls,
        )
        experiment = self.experiment or config.kubeflow.experiment or config.name
        with told_as_user_errors(connection):
            client = PipelinesClient(connection)
        return Session(client, config.name, experiment, config.kubeflow.service_account)


def _token_file() -> pathlib.Path | None:
    named = os.environ.get(TOKEN_FILE)
    if named and not pathlib.Path(named).is_file():
        raise UserError(f"{TOKEN_FILE}: there is no file {named}")

    from kfp.client import KF_PIPELINES_SA_TOKEN_PATH

    path = pathlib.Path(named or KF_PIPELINES_SA_TOKEN_PATH)
    return path if path.is_file() else None
