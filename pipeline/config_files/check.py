"""Finds all that is wrong with a config at once, also what the classes check only where everything else is right."""

import copy
from typing import Any

import pydantic

from pipeline.config import PipelineConfig
from pipeline.config_files.document import ConfigDocument
from pipeline.config_files.fault import Fault, Place
from pipeline.config_files.finding import Finding, findings

_STAND_IN = "any"
"""Stands for a required value that is missing, or was wrong."""


class ConfigCheck:
    """One check of one document.

    The classes compare sections with each other only where each is right by itself. So what is wrong is put right in a
    copy (the nearest name or value), or taken out of it, and the copy is checked again until nothing more can be done.

    Attributes:
        faults: All that is wrong.
        config: The config; None where something is wrong.
    """

    def __init__(self, document: ConfigDocument) -> None:
        """Checks a document."""
        self.faults: set[Fault] = set(document.key_faults)
        self.config: PipelineConfig | None = None
        self._document = document
        self._values = copy.deepcopy(document.values)
        self._mended: set[tuple[Place, bool]] = set()
        self._removed: set[Place] = set()
        self._replaced: set[Place] = set()
        while self._finds_more():
            pass

    def _finds_more(self) -> bool:
        """Checks the copy once, and mends it; returns whether that changed it."""
        try:
            config = PipelineConfig.model_validate(self._values)
        except pydantic.ValidationError as error:
            found = findings(error, self._values)
        else:
            self.config = None if self.faults else config
            return False
        self.faults.update(
            Fault(self._document.line_of(finding.place), finding.place, finding.text)
            for finding in found
            if not self._is_of_removed(finding.place)
        )
        wrong_items = {_item(finding.place) for finding in found}
        num_mended = sum(self._mend(finding, wrong_items) for finding in found)
        return num_mended > 0

    def _is_of_removed(self, place: Place) -> bool:
        """Whether a fault at a place may come from what was taken out, not from what the user wrote."""
        is_inside = any(place[: len(gone)] == gone for gone in self._removed | self._replaced)
        return is_inside or (place != () and any(gone[: len(place)] == place for gone in self._removed))

    def _mend(self, finding: Finding, wrong_items: set[Place]) -> bool:
        """Puts one finding right in the copy, unless that was tried before; returns whether the copy changed."""
        place, turn = finding.place, (finding.place, finding.is_missing)
        if not place or turn in self._mended or _item(place) in self._removed | self._replaced:
            return False
        self._mended.add(turn)
        if _item(place) and not finding.meant:
            self._replace_item(_item(place), wrong_items)
            return True
        parent, key = self._at(place[:-1]), place[-1]
        if not isinstance(parent, dict):
            return False
        if finding.meant and finding.is_of_name and finding.meant not in parent:
            parent[finding.meant] = parent.pop(key)
        elif finding.meant and not finding.is_of_name:
            parent[key] = finding.meant
        else:
            self._removed.add(place)
            if finding.is_missing:
                parent[key] = _STAND_IN
            else:
                parent.pop(key, None)
        return True

    def _replace_item(self, item: Place, wrong_items: set[Place]) -> None:
        """Puts another item of the list, one that is right, in an item's place, so that none changes its number."""
        items = self._at(item[:-1])
        right = [other for index, other in enumerate(items) if (*item[:-1], index) not in wrong_items]
        if right:
            items[item[-1]] = right[0]
            self._replaced.add(item)
        else:
            items.clear()
            self._removed.add(item)

    def _at(self, place: Place) -> Any:
        values: Any = self._values
        for part in place:
            values = values.get(part) if isinstance(values, dict) else values[part] if values else None
        return values


def _item(place: Place) -> Place:
    """The list item that a place is in; empty outside lists."""
    ends = [end for end, part in enumerate(place, start=1) if isinstance(part, int)]
    return place[: ends[0]] if ends else ()
