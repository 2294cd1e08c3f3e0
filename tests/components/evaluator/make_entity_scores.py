"""Writes entity_scores.json: random true and predicted tags, and what seqeval 1.2.2 says of them.

In an environment that has seqeval, which bertline's own does not:
    python tests/components/evaluator/make_entity_scores.py
"""

import json
import pathlib
import random

from seqeval.metrics import classification_report

TAGS = ["O", "O", "B-LOC", "I-LOC", "B-PER", "I-PER", "B-very-rare"]


def main() -> None:
    chooser = random.Random(3)
    sentences = []
    for number in range(150):
        # The first batches of Evaluator, which goes by length, have no entity at all.
        true = chooser.choices(TAGS, k=number % 12) if number >= 64 else ["O"] * (number % 2)
        predicted = [tag if chooser.random() < 0.7 else chooser.choice(TAGS) for tag in true]
        sentences.append((true, predicted))
    report = classification_report(*zip(*sentences, strict=True), output_dict=True)
    scores = {
        name: {"precision": values["precision"], "recall": values["recall"], "f1": values["f1-score"],
               "num_entities": int(values["support"])}
        for name, values in report.items()
        if name not in ("macro avg", "weighted avg")
    }  # fmt: skip
    lines = [json.dumps({"true": " ".join(true), "predicted": " ".join(said)}) for true, said in sentences]
    path = pathlib.Path(__file__).with_name("entity_scores.json")
    path.write_text(f'{{"scores": {json.dumps(scores, indent=1)},\n"sentences": [\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
