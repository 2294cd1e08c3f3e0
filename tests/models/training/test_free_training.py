"""A process that trains again and again keeps nothing of what is over."""

import gc
import pathlib
from typing import Any

from models.training.free_training import free_training


def _num_graphs() -> int:
    return sum(type(each).__name__ == "FuncGraph" for each in gc.get_objects())


def test_no_graph_of_a_training_stays(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    # Of earlier tests of this process there may be some.
    free_training()
    before = _num_graphs()
    tiny_training.fine_tuning(tiny_preset, epochs=1).run(tiny_training.training_data(), str(tmp_path))
    assert _num_graphs() > before
    free_training()
    assert _num_graphs() == before
