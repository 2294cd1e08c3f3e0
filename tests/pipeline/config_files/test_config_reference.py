from pipeline.config_files.reference import REFERENCE, config_reference


def test_reference_is_what_the_classes_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == config_reference(), "run `make reference`"


def test_every_field_is_described() -> None:
    rows = [line for line in config_reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 30
    assert not [row for row in rows if row.endswith("|  |")]
