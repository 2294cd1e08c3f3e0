from pipeline.guess.finding import Finding
from pipeline.guess.report import report_lines

FINDINGS = [Finding("text", "column message", "the only column of texts"), Finding("threshold", "accuracy", "")]


def test_subjects_are_aligned_and_long_lines_wrapped() -> None:
    assert report_lines(FINDINGS, 40) == [
        "  text       column message (the only",
        "             column of texts)",
        "  threshold  accuracy",
    ]


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    assert report_lines([Finding("text", "column \x1b[31mred", "")], 80) == ["  text  column  [31mred"]
