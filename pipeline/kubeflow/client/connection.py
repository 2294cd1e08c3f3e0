"""The way to a Kubeflow Pipelines server, and the client that takes it."""

import dataclasses
import pathlib
from typing import Any

import kfp.client

from models.user_error import UserError

_FIRST_ANSWER_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Connection:
    """Where the server is, and who asks.

    Attributes:
        host: The address of the API, with its scheme.
        namespace: The user's, where the server is set up for several users.
        token: A bearer token.
        token_file: Holds a bearer token that changes, such as a pod's service account's; `token` goes before it.
        cookies: The value of the Cookie header.
        ca_certificate: A file of certificates with which the server's is checked, in place of the public ones.
        verify_tls: Whether the server's certificate is checked at all.
    """

    host: str
    namespace: str | None = None
    token: str | None = dataclasses.field(default=None, repr=False)
    token_file: pathlib.Path | None = None
    cookies: str | None = dataclasses.field(default=None, repr=False)
    ca_certificate: pathlib.Path | None = None
    verify_tls: bool = True

    def run_page(self, run_id: str) -> str:
        """The address of a run's page."""
        return f"{self.host}/#/runs/details/{run_id}"


class PipelinesClient(kfp.client.Client):
    """kfp's client, which does what the connection says and nothing else.

    Attributes:
        connection: The way to the server, which was asked whether it is there.
    """

    def __init__(self, connection: Connection) -> None:
        """Connects.

        Args:
            connection: The way to the server.

        Raises:
            UserError: What answers is no API, or the server has several users and no namespace is given.
        """
        self.connection = connection
        token_file = connection.token_file
        super().__init__(
            host=connection.host,
            existing_token=connection.token,
            cookies=connection.cookies,
            ssl_ca_cert=connection.ca_certificate and str(connection.ca_certificate),
            credentials=token_file and kfp.client.ServiceAccountTokenVolumeCredentials(str(token_file)),
            verify_ssl=connection.verify_tls,
        )
        if connection.namespace:
            # Without one, kfp has asked.
            self.get_kfp_healthz()

    def get_kfp_healthz(self, sleep_duration: int = 0) -> Any:
        """Asks whether the server is there.

        kfp's own asks five times, five seconds apart, and then says nothing of the reason.

        Args:
            sleep_duration: Not used.

        Returns:
            The answer, a `V2beta1GetHealthzResponse`.

        Raises:
            UserError: What answers is no API, or the server has several users and no namespace is given.
        """
        host = self.connection.host
        health, _, headers = self._healthz_api.healthz_service_get_healthz_with_http_info(
            _request_timeout=_FIRST_ANSWER_SECONDS
        )
        if "json" not in headers.get("Content-Type", ""):
            raise UserError(
                f"{host} answers with a page for people, most likely to log in, and not as Kubeflow Pipelines' API "
                "does: give credentials (`bertline kubeflow submit --help` tells how), or another kubeflow.host"
            )
        if health.multi_user and not self.connection.namespace:
            raise UserError(f"{host} serves several users: name your namespace as kubeflow.namespace or by --namespace")
        return health

    def _load_context_setting_or_default(self) -> None:
        # What kfp once wrote into the home folder would add a namespace, a cookie and a header of another server's;
        # and its own argument for the namespace ignores one that is called `kubeflow`.
        self._context_setting = {"namespace": self.connection.namespace or ""}
