"""Writes seqeval_cases.json: random tags and the entities that seqeval 1.2.2 finds in them.

In an environment that has seqeval, which bertline's own does not:
    python tests/models/named_entities/make_seqeval_cases.py
"""

import json
import pathlib
import random

from seqeval.metrics.sequence_labeling import get_entities

TAGS = ["O", *(f"{prefix}-{kind}" for prefix in "BIES" for kind in ("A", "B-x"))]


def main() -> None:
    chooser = random.Random(3)
    lines = []
    for number in range(300):
        tags = chooser.choices(TAGS, k=number % 13)
        # seqeval's ends are those of the last word.
        found = [[start, last + 1, kind] for kind, start, last in get_entities(tags)]
        lines.append(json.dumps({"tags": " ".join(tags), "entities": found}))
    path = pathlib.Path(__file__).with_name("seqeval_cases.json")
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
