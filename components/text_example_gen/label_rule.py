"""What becomes of labels that the data have and the model in service has not, and the other way round."""

import dataclasses
from collections.abc import Collection, Mapping
from typing import Literal

LabelChanges = Literal["follow", "error", "extend", "ignore"]

_NEW = "new label"
_MAX_NAMED = 10


@dataclasses.dataclass(frozen=True)
class LabelRule:
    """The config's rule, and the labels that it goes by; plain values, so that it travels to workers.

    Attributes:
        changes: The config's `data.label_changes`.
        in_service: The labels of the model in service; none where there is none.
        approved: Those that the curated schema lists; none where it lists none.
        source: Whose labels `in_service` and `approved` are, for messages.
    """

    changes: LabelChanges = "follow"
    in_service: frozenset[str] = frozenset()
    approved: frozenset[str] = frozenset()
    source: str = ""

    def kept(self) -> frozenset[str]:
        """The labels that are classes even where no row of the train split has them."""
        return self.in_service if self.changes in ("extend", "ignore") else frozenset()

    def ignores(self, label: str) -> bool:
        """Whether rows with a label are left out."""
        return self.changes == "ignore" and self._is_new(label)

    def reason(self, label: str) -> str:
        """Why a row that `ignores` speaks of is left out."""
        return f"{_NEW}: {label!r} is not among the labels of {self.source}"

    def fault(self, rows: Mapping[str, int]) -> str | None:
        """Why the run must stop, or None.

        Args:
            rows: Rows of the train split by label.
        """
        if self.changes != "error":
            return None
        new = {label: count for label, count in rows.items() if self._is_new(label)}
        gone = self.in_service - set(rows)
        if not (new or gone):
            return None
        found = (
            [f"new: {_named([f'{label!r} ({count:,} rows)' for label, count in sorted(new.items())])}"] if new else []
        )
        found += [f"gone: {_named([repr(label) for label in sorted(gone)])}"] if gone else []
        return (
            f"The labels of the split train are not those of {self.source}; {'; '.join(found)}. Mend the data, or say "
            "under `data.label_changes` what is to become of such labels: `extend` (new ones become classes), `ignore` "
            "(their rows are left out), both of which keep those that are gone, or `follow` (the classes are the train "
            "split's). A label that a curated schema lists (`schema_file`) is not new."
        )

    def _is_new(self, label: str) -> bool:
        knows_any = bool(self.in_service or self.approved)
        return knows_any and label not in self.in_service and label not in self.approved


FOLLOW = LabelRule()
"""The labels are the train split's, whatever others there were."""


def _named(names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:_MAX_NAMED])
    return shown if len(names) <= _MAX_NAMED else f"{shown} and {len(names) - _MAX_NAMED} more"
