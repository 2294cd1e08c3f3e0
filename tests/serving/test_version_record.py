from serving.version_record import VersionOrigin, VersionRecord

RECORD = VersionRecord(
    3, "2026-01-02T03:04:05+00:00", "abc", VersionOrigin("pipeline", "run", "model", "good", {"f1": 0.5})
)


def test_json_is_flat() -> None:
    assert RECORD.to_json() == {
        "version": 3,
        "promoted_at": "2026-01-02T03:04:05+00:00",
        "fingerprint": "abc",
        "promoted_by": "pipeline",
        "run": "run",
        "model": "model",
        "reason": "good",
        "metrics": {"f1": 0.5},
        "withdraws": [],
    }


def test_json_is_read_back_and_further_fields_are_ignored() -> None:
    assert VersionRecord.from_json({"event": "promoted", **RECORD.to_json()}) == RECORD
