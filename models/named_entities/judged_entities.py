"""A row of named entities as the report tells it."""

from models.named_entities.entities import Entity
from models.named_entities.entity_strings import parse_entity
from models.tasks.interface.judged_row import AnsweredRow, Confidence, Decision, JudgedRow


def judged_entities(row: AnsweredRow) -> JudgedRow:
    """Compares the true entities with those found: an entity is right where its place and its type are.

    The row's error is the number of entities that were missed or that are none.

    Args:
        row: Has the texts `text`, and the answers of `TokenClassification.answers_to`.
    """
    text = row.texts["text"]
    true = {parse_entity(value) for value in row.truth}
    found = _scored_entities(row)
    missed = true - found.keys()
    decisions = [Decision(entity.type, score, entity in true) for entity, score in found.items()]
    return JudgedRow(
        truth=_in_words(true, text),
        answer=_in_words(found, text),
        error=len(true ^ found.keys()),
        confidences=tuple(Confidence(score, entity in true) for entity, score in found.items()),
        decisions=(*decisions, *(Decision(entity.type, None, True) for entity in sorted(missed))),
    )


def _scored_entities(row: AnsweredRow) -> dict[Entity, float]:
    number = row.answers["num_entities"].item()
    columns = (row.answers[name][:number] for name in ("starts", "ends", "types", "scores"))
    return {
        Entity(int(start), int(end), kind.decode()): float(score)
        for start, end, kind, score in zip(*columns, strict=True)
    }


def _in_words(entities: set[Entity] | dict[Entity, float], text: str) -> str:
    # Places count characters of the text, of which one may stand twice.
    return "; ".join(
        f"{each.type} {text[each.start : each.end]!r} {each.start}-{each.end}" for each in sorted(entities)
    )
