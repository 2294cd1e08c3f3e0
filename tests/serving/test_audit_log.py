"""Tests of the audit record, whole and torn."""

import pathlib

import pytest

from serving.audit_log import AuditLog


@pytest.fixture
def log(tmp_path: pathlib.Path) -> AuditLog:
    return AuditLog(tmp_path / "audit.jsonl")


def test_a_missing_log_has_no_entries(log: AuditLog) -> None:
    log.drop_incomplete_entry()
    assert log.entries() == []


def test_entries_come_back_in_order(log: AuditLog) -> None:
    entries = [{"event": "promoted", "version": 1, "promoted_by": "Zoë\u2028\n"}, {"event": "removed", "version": 1}]
    for entry in entries:
        log.append(entry)
    assert log.entries() == entries


def test_an_entry_torn_at_any_byte_is_dropped(log: AuditLog) -> None:
    log.append({"version": 1})
    complete = log.path.read_bytes()
    log.append({"version": 2, "promoted_by": "Zoë"})
    whole = log.path.read_bytes()
    for size in range(len(complete), len(whole)):
        log.path.write_bytes(whole[:size])
        assert log.entries() == [{"version": 1}]
        log.drop_incomplete_entry()
        assert log.path.read_bytes() == complete


def test_a_broken_line_is_named(log: AuditLog) -> None:
    log.path.write_text('{"version": 1}\nversion 2\n')
    with pytest.raises(ValueError, match=r"audit\.jsonl:2: not a JSON object"):
        log.entries()
