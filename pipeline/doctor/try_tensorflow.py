"""A process of its own, which imports TensorFlow and writes what it sees as one line of JSON."""

import json
import sys


def main() -> None:
    """Looks."""
    import tensorflow as tf

    from models.training.precision import chosen_precision

    gpus = [
        tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    seen = {"version": tf.__version__, "gpus": gpus, "precision": chosen_precision("auto")}
    sys.stdout.write(f"{json.dumps(seen)}\n")


if __name__ == "__main__":
    main()
