"""gRPC health checks, for the probes of load balancers and Kubernetes."""

from collections.abc import Sequence

import grpc


class Health:
    """The standard health service; off by default, as in the stock server."""

    def __init__(self, services: Sequence[str]) -> None:
        """Calls the server and these services of it healthy.

        Args:
            services: Full names of services.
        """
        from grpc_health.v1 import health, health_pb2

        self._servicer = health.HealthServicer()
        self._servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        for service in services:
            # Probes are written with the full name or with the short one.
            for name in (service, service.rpartition(".")[2]):
                self._servicer.set(name, health_pb2.HealthCheckResponse.SERVING)

    def add_to(self, server: grpc.Server) -> None:
        """Registers the service."""
        from grpc_health.v1 import health_pb2_grpc

        health_pb2_grpc.add_HealthServicer_to_server(self._servicer, server)

    def stop(self) -> None:
        """Calls everything unhealthy from now on, so that no new clients come."""
        self._servicer.enter_graceful_shutdown()
