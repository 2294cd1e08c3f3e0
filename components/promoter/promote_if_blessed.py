"""The rule of promotion: blessed models only, each only once, and only in place of what they were judged against."""

import pathlib

from components.promoter.outcome import PromotionOutcome
from serving.promotion import JudgedAgainst, ModelVersions, StaleBaselineError, WithdrawnModelError
from serving.version_record import VersionOrigin


def promote_if_blessed(
    store: ModelVersions,
    candidate: pathlib.Path,
    origin: VersionOrigin,
    refusal: str,
    judged_against: JudgedAgainst,
    keep_versions: int,
) -> PromotionOutcome:
    """Puts a model into service, unless it was refused, is there already, or another one has come there meanwhile.

    Args:
        store: The served versions of the model; it is not touched where the model was refused.
        candidate: Its SavedModel.
        origin: Who promotes it and why.
        refusal: Why it may not go into service; empty where it may.
        judged_against: The version that it was found to be good enough to replace.
        keep_versions: How many versions stay.
    """
    if refusal:
        return PromotionOutcome(False, None, None, refusal)
    try:
        promoted = store.promote(candidate, origin, keep_versions, judged_against)
    except (StaleBaselineError, WithdrawnModelError) as error:
        return PromotionOutcome(False, None, None, str(error))
    reason = origin.reason if promoted.is_new else "already in service"
    return PromotionOutcome(promoted.is_new, promoted.version, promoted.location, reason)
