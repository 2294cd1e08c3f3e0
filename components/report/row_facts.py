"""What the judged rows tell, derived from their counts: confusion matrix, calibration, precision and recall."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from components.evaluator.row_summary import NUM_BINS, ConfidenceBin, DecisionBin, RowSummary
from components.report.report import CalibrationBin, LabelCurve, RowFacts, ThresholdPoint

_CALIBRATION_BINS = 10
_NUM_CONFUSIONS = 20


def row_facts(summary: RowSummary, with_texts: bool) -> RowFacts:
    """Derives what the page shows.

    Args:
        summary: Counts and samples of the rows.
        with_texts: Whether texts of the data may be shown.
    """
    counts = {(true, answered): rows for true, answered, rows in summary.classes}
    classes = tuple(sorted({name for pair in counts for name in pair}))
    wrong = sorted((found for found in summary.classes if found.true != found.answered), key=lambda found: -found.rows)
    return RowFacts(
        num_rows=summary.num_rows,
        num_wrong=summary.num_wrong,
        classes=classes,
        confusion=tuple(tuple(counts.get((true, answered), 0) for answered in classes) for true in classes),
        confusions=tuple(wrong[:_NUM_CONFUSIONS]),
        calibration=tuple(_calibration(summary.confidences)),
        curves=label_curves(summary.decisions),
        pairs=summary.pairs,
        worst=summary.worst if with_texts else None,
    )


def _calibration(bins: Iterable[ConfidenceBin]) -> Iterable[CalibrationBin]:
    width = NUM_BINS // _CALIBRATION_BINS
    for _, group in itertools.groupby(sorted(bins), key=lambda found: found.bin // width):
        members = list(group)
        answers = sum(found.answers for found in members)
        score = sum(found.mean_score * found.answers for found in members) / answers
        yield CalibrationBin(answers, score, sum(found.right for found in members) / answers)


def label_curves(decisions: Iterable[DecisionBin]) -> tuple[LabelCurve, ...]:
    """Precision and recall by threshold: of all labels together under the name `""`, then of each, most frequent first.

    Args:
        decisions: Counts by label and bin of the score.
    """
    true: defaultdict[str, Counter[int]] = defaultdict(Counter)
    false: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for found in decisions:
        for label in ("", found.label):
            true[label][found.bin] += found.true
            false[label][found.bin] += found.false
    curves = [_curve(label, true[label], false[label]) for label in true]
    return tuple(sorted(curves, key=lambda curve: (curve.label != "", -curve.true, curve.label)))


def _curve(label: str, true: Mapping[int, int], false: Mapping[int, int]) -> LabelCurve:
    num_true = sum(true.values())
    points = []
    found = wrong = 0
    for number in reversed(range(NUM_BINS)):
        found += true.get(number, 0)
        wrong += false.get(number, 0)
        given = found + wrong
        recall = found / num_true if num_true else 0.0
        points.append(ThresholdPoint(number / NUM_BINS, found / given if given else None, recall))
    return LabelCurve(label, num_true, tuple(reversed(points)))
