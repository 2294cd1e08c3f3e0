"""Runs the server in this process until it is told to stop."""

import gc
import logging
import os
import signal
import sys
import threading
from types import FrameType

from serving.server.options import ServerOptions
from serving.tensorflow_alone import import_tensorflow_alone

_LOG = logging.getLogger(__name__)


def serve(options: ServerOptions) -> None:
    """Serves until SIGTERM or Ctrl-C, then answers what it has accepted and returns.

    Where it listens is written to standard output, on one line, as soon as the first models are available.

    Args:
        options: What to serve, and where.

    Raises:
        UserError: It cannot start.
    """
    _log_to_stderr()
    if options.stop_at_end_of_input:
        threading.Thread(target=_terminate_at_end_of_input, name="end-of-input", daemon=True).start()
    import_tensorflow_alone()
    from serving.server.model_server import ModelServer

    # What is imported stays: the collections after each unloaded version need not look at it again.
    gc.collect()
    gc.freeze()
    server = ModelServer(options)
    addresses = server.start()
    stopped = _stop_on_signals()
    sys.stdout.write(f"{addresses}\n")
    if options.ui:
        sys.stdout.write(f"a page to try it: http://{addresses.host}:{addresses.rest_port}/\n")
    sys.stdout.flush()
    stopped.wait()
    _LOG.info("stopping: no new requests, those accepted are answered")
    server.drain()


def _stop_on_signals() -> threading.Event:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        # Whoever presses Ctrl-C twice does not want to wait for requests.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def _terminate_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    # While models are loaded this ends the process at once, later it drains.
    os.kill(os.getpid(), signal.SIGTERM)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("serving.server")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
