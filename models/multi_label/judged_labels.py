"""A row of several labels as the report tells it."""

from models.metrics.answers_of_row import label_set
from models.tasks.interface.judged_row import AnsweredRow, Confidence, Decision, JudgedRow

_NO_LABEL = "(none)"


def judged_labels(row: AnsweredRow) -> JudgedRow:
    """Compares the true labels with those served; the row's error adds up by how much the wrong ones were missed.

    Args:
        row: Has the answers of `MultiLabelClassification.answers`.
    """
    names = [name.decode() for name in row.answers["classes"]]
    scores = dict(zip(names, map(float, row.answers["scores"]), strict=True))
    # Whoever slices by the labels calls those of a row that has none `(missing)`.
    true, served = _names(row.truth) & scores.keys(), _names(row.answers["labels"])
    return JudgedRow(
        truth=", ".join(sorted(true)) or _NO_LABEL,
        answer=", ".join(sorted(served)) or _NO_LABEL,
        error=sum(abs((name in true) - scores[name]) for name in true ^ served),
        confidences=tuple(Confidence(score, name in true) for name, score in scores.items()),
        decisions=tuple(Decision(name, score, name in true) for name, score in scores.items()),
    )


def _names(values: object) -> set[str]:
    return {name.decode() for name in label_set(values)}
