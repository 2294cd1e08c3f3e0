"""The verdict on a run in one sentence."""

import textwrap

from components.evaluator.verdict import Verdict
from components.promoter.outcome import PromotionOutcome
from components.report.report import Outcome

_MAX_CHARACTERS = 400


def outcome(promotion: PromotionOutcome, verdict: Verdict) -> Outcome:
    """Says what came of a run.

    Args:
        promotion: What Promoter did.
        verdict: What Evaluator found.
    """
    current = verdict.baseline.version
    if promotion.promoted:
        return Outcome(
            "promoted", f"Version {promotion.version} is in service. {verdict.reason}", promotion.version, current
        )
    if promotion.version is not None:
        sentence = f"This model is in service already, as version {promotion.version}: nothing was to be promoted."
        return Outcome("unchanged", sentence, promotion.version, current)
    # A server that does not start says much; all of it stands among the checks.
    reason = textwrap.shorten(promotion.reason, _MAX_CHARACTERS, placeholder=" …")
    return Outcome("refused", f"Nothing was promoted: {reason}", None, current)
