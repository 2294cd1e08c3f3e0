"""Looks at versions that a models.config names."""

from models.user_error import UserError
from pipeline.doctor.finding import Finding
from serving.named_versions.named_version_store import NamedVersionStore


def check_labelled_versions(store: NamedVersionStore) -> Finding:
    """Tells what is in service, and whether servers have been told so."""
    try:
        labels, is_published = store.labels(), store.is_published()
    except UserError as error:
        return Finding("problem", str(error))
    if not is_published:
        return Finding(
            "warning",
            f"a promotion was stopped before {store.location}/models.config told servers of it",
            "the next promotion or change of labels does; any `bertline run` makes one",
        )
    told = ", ".join(f"{label} is version {version}" for label, version in sorted(labels.items()))
    return Finding("ok", f"{told} in {store.location}" if labels else "no version so far")
