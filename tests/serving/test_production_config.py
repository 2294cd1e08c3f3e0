import pathlib

import pytest

from serving.production_config import (
    Measured,
    allowed_batch_sizes,
    batching_parameters_text,
    max_batch_size,
)


@pytest.mark.parametrize(
    ("milliseconds", "latency", "expected"),
    [
        ({1: 10.0}, None, 1),
        ({1: 10.0, 8: 20.0, 32: 60.0}, None, 32),
        # Beyond some size each row takes longer again.
        ({1: 10.0, 8: 20.0, 32: 160.0}, None, 8),
        ({1: 10.0, 8: 20.0, 32: 60.0}, 100, 8),
        ({1: 10.0, 8: 20.0}, 5, 1),
        ({1: 10.0, 128: 20.0, 256: 21.0}, None, 128),
    ],
)
def test_the_size_that_is_worth_it(milliseconds: dict[int, float], latency: float | None, expected: int) -> None:
    assert max_batch_size(Measured(milliseconds, latency)) == expected


@pytest.mark.parametrize(("largest", "sizes"), [(1, [1]), (8, [1, 2, 4, 8]), (12, [1, 2, 4, 8, 12])])
def test_allowed_sizes_end_at_the_largest(largest: int, sizes: list[int]) -> None:
    assert allowed_batch_sizes(largest) == sizes


@pytest.mark.parametrize("pads", [True, False])
def test_the_server_reads_its_batching_parameters(tmp_path: pathlib.Path, pads: bool) -> None:
    from serving.server.batching.batching_parameters import read_batching_parameters

    path = tmp_path / "batching_parameters.txt"
    path.write_text(batching_parameters_text(Measured({1: 10.0, 8: 20.0}, 100, 2), pads), encoding="utf-8")
    read = read_batching_parameters(path)
    assert (read.max_batch_size, read.batch_timeout_micros, read.num_batch_threads) == (8, 0, 2)
    assert read.max_enqueued_batches == 10
    assert read.allowed_batch_sizes == ((1, 2, 4, 8) if pads else ())
