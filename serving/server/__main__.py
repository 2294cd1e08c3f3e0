"""`python -m serving.server`: the server with the stock server's flags."""

import os
import sys

from models.user_error import UserError
from serving.server.flags import parse_flags
from serving.server.serve import serve


def main() -> None:
    """Serves; a fault of the caller becomes one message and exit code 1."""
    try:
        serve(parse_flags(sys.argv[1:], "python -m serving.server"))
    except UserError as error:
        sys.stderr.write(f"serving.server: {error}\n")
        sys.stderr.flush()
        # A model that is still being loaded in its thread must not keep the process.
        os._exit(1)


if __name__ == "__main__":
    main()
