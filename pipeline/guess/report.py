"""Findings as lines for a terminal."""

import textwrap
from collections.abc import Sequence

from pipeline.guess.finding import Finding


def report_lines(findings: Sequence[Finding], width: int) -> list[str]:
    """Returns one entry a finding, subjects aligned, long ones wrapped under their beginning.

    Args:
        findings: What to tell.
        width: Characters of a line.
    """
    indent = 4 + max(len(finding.subject) for finding in findings)
    lines = []
    for finding in findings:
        text = f"{finding.choice} ({finding.reason})" if finding.reason else finding.choice
        lines += textwrap.wrap(
            # Names and values are the data's: an escape sequence in one must not reach the terminal.
            "".join(character if character.isprintable() else " " for character in text),
            width,
            initial_indent=f"  {finding.subject}".ljust(indent),
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        )
    return lines
