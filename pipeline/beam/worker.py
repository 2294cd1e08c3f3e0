"""A worker that Beam's worker pool starts: `worker_pool_main --container_executable=bertline-beam-worker`.

The pool's own workers are the first `python` on its PATH, which need not be the right one, and have imported nothing of
the project: they lack the TensorFlow ops that a transform graph is made of.
"""

import argparse
import sys


def main() -> None:
    """Does one job's work until the pool ends it; the pool gives the arguments of a container's boot program."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--id", required=True, help="The worker's name.")
    parser.add_argument("--control_endpoint", required=True, help="Where it asks for work.")
    # Those for logs, artifacts and provisions: the project is installed, and logs go to the pool's.
    arguments, _ = parser.parse_known_args(sys.argv[1:])

    from apache_beam.runners.worker.sdk_worker import SdkHarness

    # Loads the ops.
    import models.tokenisation.bert_tokenizer  # noqa: F401

    SdkHarness(arguments.control_endpoint, worker_id=arguments.id).run()
