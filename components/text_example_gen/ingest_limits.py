"""The rules by which a run stops after the ingest."""

from collections.abc import Collection, Sequence

from components.text_example_gen.config import SplitName
from components.text_example_gen.ingest_summary import IngestSummary
from components.text_example_gen.label_vocabulary import LabelCount

_MAX_REASONS_SHOWN = 5


def fault_of_ingest(summary: IngestSummary, splits: Collection[SplitName], max_rejected_fraction: float) -> str | None:
    """Returns why the run must stop, or None.

    Args:
        summary: What became of the rows.
        splits: The splits that must have examples.
        max_rejected_fraction: The share of rejected rows above which it stops.
    """
    if summary.damaged:
        return "Not all of the data can be read:\n" + "\n".join(f"  {line}" for line in summary.damaged)
    # Those of new labels are left out because the config says so: they are counted, and do not stop the run.
    rejected = summary.rejected - summary.num_ignored
    if rejected > max_rejected_fraction * summary.rows:
        return (
            f"{rejected:,} of {summary.rows:,} rows ({rejected / summary.rows:.2%}) were rejected, more than "
            f"`data.max_rejected_fraction: {max_rejected_fraction:g}` allows. Mend the rows or raise the limit. "
            f"The most frequent reasons:\n{_reason_table(summary)}"
        )
    for split in splits:
        if not summary.examples[split]:
            reasons = f" Why rows were rejected:\n{_reason_table(summary)}" if summary.reasons else ""
            return (
                f"The split {split} has no examples ({summary.rows:,} rows were read, {summary.rejected:,} of them "
                f"rejected). Give it more rows or, with `data.path`, another share under `data.split`.{reasons}"
            )
    return None


def fault_of_labels(vocabulary: Sequence[LabelCount], min_labels: int, num_rows: int) -> str | None:
    """Returns why the run must stop, or None.

    Args:
        vocabulary: The labels of the train split, and those kept besides, which have no rows.
        min_labels: How many the task needs.
        num_rows: Rows of the train split; that there are none is told elsewhere.
    """
    occurring = [count for count in vocabulary if count.rows]
    if not num_rows or len(occurring) >= min_labels:
        return None
    found = ", ".join(f"{count.label!r} ({count.rows:,} rows)" for count in occurring) or "none in any row"
    return (
        f"The split train has {len(occurring)} of the {min_labels} different labels that the task needs at least: "
        f"{found}. Check which column `data.columns` takes for the label, and that the train files are not of one "
        "label only."
    )


def check_nothing_lost(summary: IngestSummary, one_example_each: bool = True) -> None:
    """Checks that every row that was read was accepted or rejected.

    Args:
        summary: What became of the rows.
        one_example_each: Whether every accepted row is to be one example.

    Raises:
        RuntimeError: A row was lost or doubled, which is a bug and no fault of the data.
    """
    counted = sum(summary.accepted.values()) + summary.rejected
    if summary.rows != counted:
        raise RuntimeError(f"{summary.rows} rows were read, but {counted} were accepted or rejected")
    if one_example_each and summary.examples != summary.accepted:
        raise RuntimeError(f"of {summary.accepted} rows {summary.examples} examples were written")


def _reason_table(summary: IngestSummary) -> str:
    lines = [
        f"  {reason.rows:>9,}  {reason.reason}; first: {reason.first_file}:{reason.first_line}, {reason.first_reason}"
        for reason in summary.reasons[:_MAX_REASONS_SHOWN]
    ]
    more = len(summary.reasons) - _MAX_REASONS_SHOWN
    return "\n".join([*lines, f"  and {more} more"] if more > 0 else lines)
