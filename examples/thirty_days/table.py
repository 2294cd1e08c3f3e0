"""The table of a life, in Markdown."""

from collections.abc import Iterable

from examples.thirty_days.day import Day, Share

HEADER = (
    "| day | rows | drift | new topic | before | after | in service | MiB | seconds |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def table(days: Iterable[Day]) -> str:
    """All rows under the header."""
    return "\n".join([HEADER, *map(line_of, days)])


def line_of(day: Day) -> str:
    """One row."""
    cells = (
        str(day.number),
        str(day.rows),
        ", ".join(day.drift) if day.decided else "too few messages to tell",
        _share(day.new_topic) if day.new_topic.rows else "",
        _share(day.before),
        _share(day.after) if day.after else "refused",
        str(day.version),
        f"{day.mebibytes:.1f}",
        f"{day.seconds:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _share(share: Share) -> str:
    return f"{share.right}/{share.rows}"
