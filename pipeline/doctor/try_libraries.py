"""A process of its own, which imports what needs a newer C library than many hosts have; it names each before."""

import importlib
import sys

LIBRARIES = ("ml_metadata", "tensorflow_data_validation")


def main() -> None:
    """Imports them."""
    for name in LIBRARIES:
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        importlib.import_module(name)


if __name__ == "__main__":
    main()
