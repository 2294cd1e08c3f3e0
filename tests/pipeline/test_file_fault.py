"""What people are told of a file system that refuses."""

import errno
import os

import pytest

from pipeline.file_fault import file_fault


def _wrapped(inner: BaseException) -> BaseException:
    """As libraries do it."""
    try:
        try:
            raise inner
        except type(inner) as error:
            raise RuntimeError("a library's wrapping") from error
    except RuntimeError as error:
        return error


FULL = (
    "cannot be written: the disk is full; make room (`bertline clean CONFIG` removes what old runs left) and give the"
)
HDF5 = (
    "Can't write data (file write failed: time = now, filename = '/data/w.h5', file descriptor = 5, errno = 28, error "
    "message = 'No space left on device', buf = 0x1, total write size = 9)"
)
SAVING = (
    "{{function_node __wrapped__SaveV2_device_/job:a/device:CPU:0}} /data/m/part; No space left on device [Op:SaveV2]"
)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), f"/data/x {FULL}"),
        (OSError(errno.ENOSPC, "No space left on device"), f"something {FULL}"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", b"/data/x"), "/data/x cannot be written: the disk quota is used"),
        (OSError(errno.EFBIG, "File too large", "/data/x"), "/data/x cannot be written: the disk takes no more of it"),
        # Of a copy, what is written.
        (OSError(errno.ENOSPC, "No space left on device", "/from", None, "/to"), f"/to {FULL}"),
        (OSError(errno.EROFS, "Read-only file system", "/data/x"), "/data/x cannot be written: its file system is"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/data/x"),
            f"/data/x may not be used by the user {os.geteuid()}: permission denied; change its rights, or the config",
        ),
        # Beam's workers pass texts on.
        (RuntimeError("…\nOSError: [Errno 28] No space left on device: '/a b' [while running 'W']"), f"/a b {FULL}"),
        (RuntimeError("OSError: [Errno 28] No space left on device [while running 'W']"), f"something {FULL}"),
        (OSError(HDF5), f"/data/w.h5 {FULL}"),
        # TensorFlow's and SQLite's.
        (ValueError(SAVING), f"/data/m/part {FULL}"),
        (ValueError("mysql_query failed: errno: database or disk is full"), f"something {FULL}"),
    ],
)
def test_what_was_refused_is_said_with_the_way_out(error: Exception, told: str) -> None:
    for raised in (error, _wrapped(error)):
        found = file_fault(raised, "something")
        assert found is not None
        assert found.startswith(told)


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "/data/x"),
        ValueError("a bug"),
        # Of a port, not of a file.
        PermissionError(errno.EACCES, "Permission denied"),
        RuntimeError("PermissionError: [Errno 13] Permission denied"),
    ],
)
def test_other_errors_are_others(error: Exception) -> None:
    assert file_fault(error) is None


def test_the_error_that_names_the_file_tells() -> None:
    cause = OSError(errno.ENOSPC, "No space left on device", "/data/x")
    error = OSError(errno.ENOSPC, "No space left on device")
    error.__context__ = cause
    found = file_fault(error)
    assert found is not None
    assert found.startswith("/data/x cannot be written")
