"""What became of the rows of the data files, and what contradicts their schema."""

from collections.abc import Iterable

from components.data_gate.found_anomaly import FoundAnomaly
from components.report.report import AnomalyFacts, RejectReason, SourceFacts
from components.text_example_gen.ingest_summary import IngestSummary


def source_facts(summary: IngestSummary) -> tuple[SourceFacts, ...]:
    """One record for each file."""
    return tuple(
        SourceFacts(
            found.file,
            found.rows,
            {str(split): rows for split, rows in found.accepted.items()},
            sum(found.rejects.values()),
        )
        for found in summary.files
    )


def reject_reasons(summary: IngestSummary, with_texts: bool) -> tuple[RejectReason, ...]:
    """Why rows were rejected, the most frequent reason first.

    Args:
        summary: What became of the rows.
        with_texts: Whether values of the data may be shown, which reasons quote.
    """
    return tuple(
        RejectReason(
            found.reason,
            found.rows,
            f"{found.first_file}:{found.first_line}",
            found.first_reason if with_texts else None,
        )
        for found in summary.reasons
    )


def anomaly_facts(found: Iterable[FoundAnomaly], with_texts: bool) -> tuple[AnomalyFacts, ...]:
    """What contradicts the schema.

    Args:
        found: DataGate's findings.
        with_texts: Whether values of the data may be shown, which details quote.
    """
    return tuple(
        AnomalyFacts(each.split, each.feature, each.what, each.details if with_texts else None) for each in found
    )
