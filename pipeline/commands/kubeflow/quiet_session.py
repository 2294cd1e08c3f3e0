"""What every command that asks Kubeflow Pipelines does first, and around all it does."""

import contextlib
import os
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pipeline.commands.kubeflow.connection_options import ConnectionOptions
    from pipeline.config import PipelineConfig
    from pipeline.kubeflow.client.session import Session


@contextlib.contextmanager
def quiet_session(
    path: pathlib.Path, options: "ConnectionOptions"
) -> Iterator[tuple["PipelineConfig", "Session", TextIO]]:
    """Connects to the server; what kfp and TFX print is not shown, and what the server refuses is one sentence.

    Args:
        path: The config file.
        options: Of the command line.

    Yields:
        The config, the connected session, and the terminal, for what a person should see.

    Raises:
        UserError: The config is at fault, or the server cannot be reached or refuses.
    """
    from pipeline.config_files.load_config import load_config
    from pipeline.log_file import log_file

    config = load_config(path)
    options.check(config)
    with log_file(pathlib.Path(os.devnull)) as terminal:
        session = options.open(config)

        from pipeline.kubeflow.client.api_errors import told_as_user_errors

        with told_as_user_errors(session.connection):
            yield config, session, terminal
