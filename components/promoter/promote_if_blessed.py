"""The rule of promotion: blessed models only, and each only once."""

import pathlib

from components.promoter.outcome import PromotionOutcome
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore


def promote_if_blessed(
    store: VersionStore, origin: VersionOrigin, is_blessed: bool, keep_versions: int
) -> PromotionOutcome:
    """Puts a model into service, unless it was refused or is there already.

    Args:
        store: The served versions of the model; it is not touched where the model was not blessed.
        origin: Where the candidate is, and who promotes it and why.
        is_blessed: Whether it may go into service.
        keep_versions: How many versions stay.
    """
    if not is_blessed:
        return PromotionOutcome(False, None, None, f"not blessed: {origin.reason}")
    promoted = store.promote(pathlib.Path(origin.model), origin, keep_versions)
    reason = origin.reason if promoted.is_new else "already in service"
    return PromotionOutcome(promoted.is_new, promoted.version, str(promoted.folder), reason)
