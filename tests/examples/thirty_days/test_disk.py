"""What counts as disk use, and which logs go."""

import os
import pathlib

from examples.thirty_days.disk import forget_logs, mebibytes


def test_runs_models_and_logs_count(tmp_path: pathlib.Path) -> None:
    for name in ("runs/a/b", "serving/tickets/1", "logs", "learnt"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_bytes(bytes(2**19))
    assert mebibytes(tmp_path) == 1.5
    (tmp_path / "serving/tickets/1/link").hardlink_to(tmp_path / "runs/a/b/file")
    assert mebibytes(tmp_path) == 1.5


def test_finished_logs_of_before_go(tmp_path: pathlib.Path) -> None:
    for name, moment in (("old.tfrecord", 1e9), ("new.tfrecord", 2e9), ("old.tfrecord.open", 1e9)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (moment, moment))
    forget_logs(tmp_path, "2020-01-01T00:00:00+00:00")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.tfrecord", "old.tfrecord.open"]
