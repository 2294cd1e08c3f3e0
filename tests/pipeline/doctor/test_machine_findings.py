import pathlib

import pytest

from pipeline.doctor.folder import check_folder
from pipeline.doctor.memory import check_memory

GB = 1_000_000_000


def test_a_folder_that_is_still_to_come_is_tried_where_it_will_be(tmp_path: pathlib.Path) -> None:
    finding = check_folder(tmp_path / "runs" / "tickets", 1)
    assert finding.state == "ok"
    assert f"free for {tmp_path / 'runs' / 'tickets'}; a run needs about 0 MB" in finding.text
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_folders_place_is_a_problem(tmp_path: pathlib.Path) -> None:
    (tmp_path / "runs").write_text("")
    finding = check_folder(tmp_path / "runs" / "tickets", 1)
    assert (finding.state, finding.text) == ("problem", f"{tmp_path / 'runs'} is a file where a folder has to be")


def test_a_folder_that_nobody_may_write_is_a_problem() -> None:
    # Root may write everywhere, but not here.
    finding = check_folder(pathlib.Path("/proc/tickets"), 1)
    assert finding.state == "problem"
    assert finding.text.startswith("/proc cannot be written: ")


@pytest.mark.parametrize(("share", "state"), [(0.1, "ok"), (0.6, "warning"), (1.5, "problem")])
def test_too_little_disk_space_is_told(tmp_path: pathlib.Path, share: float, state: str) -> None:
    import shutil

    finding = check_folder(tmp_path, int(share * shutil.disk_usage(tmp_path).free))
    assert finding.state == state
    assert bool(finding.way_out) == (state != "ok")


@pytest.mark.parametrize(
    ("limit", "needed", "state"),
    [
        (None, 6 * GB, "ok"),
        (None, 8 * GB, "warning"),
        (None, 11 * GB, "problem"),
        ("max\n", 6 * GB, "ok"),
        (f"{4 * GB}\n", 3 * GB, "ok"),
        (f"{4 * GB}\n", 5 * GB, "problem"),
        # What the first version of control groups says where there is no limit.
        ("9223372036854771712\n", 6 * GB, "ok"),
    ],
)
def test_memory_is_the_machines_or_the_containers(
    tmp_path: pathlib.Path, limit: str | None, needed: int, state: str
) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "meminfo").write_text(
        f"MemTotal:       {10 * GB // 1024} kB\nMemFree:        1 kB\nMemAvailable:   {7 * GB // 1024} kB\n"
    )
    if limit:
        (tmp_path / "sys" / "fs" / "cgroup").mkdir(parents=True)
        (tmp_path / "sys" / "fs" / "cgroup" / "memory.max").write_text(limit)
    finding = check_memory(needed, tmp_path)
    assert finding.state == state
    assert f"a run needs about {needed / GB:.1f} GB" in finding.text


def test_memory_of_this_machine_can_be_read() -> None:
    assert check_memory(1).state == "ok"
