"""What differs between tasks when a config is guessed: a rule for each, and here alone."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from models.tasks.interface.contract import Features
from models.tasks.interface.registry import task_class
from models.user_error import UserError
from pipeline.guess.column_profile import MAX_CATEGORIES
from pipeline.guess.fixed_columns import find_entities, find_questions
from pipeline.guess.row_length import RowLength
from pipeline.guess.target import Target
from pipeline.guess.task_rule import Profiles, TaskRule
from pipeline.guess.thresholds import (
    Thresholds,
    guess_thresholds,
    thresholds_of_floor,
    thresholds_of_label_sets,
    thresholds_of_numbers,
)

_POSITIVE_SHARE = 0.75
"""Of the way from the lowest score to the highest: from there on pairs belong together."""


def rule_named(name: str) -> TaskRule:
    """Returns the rule of a task that the user names.

    Raises:
        UserError: There is no such task, or no rule for it.
    """
    try:
        task_class(name)
    except ValueError as error:
        raise UserError(f"--task: {error}") from error
    for rule in RULES:
        if rule.name == name:
            return rule
    known = ", ".join(rule.name for rule in RULES)
    raise UserError(f"--task {name}: `init` writes configs for {known} only; write this one by hand")


def _of_label(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    labels = (row["label"] for row in rows)
    return guess_thresholds(Counter(label.decode() for label in labels if isinstance(label, bytes)), num_eval_rows)


def _of_labels(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    label_sets = (row["labels"] for row in rows)
    sets = [[label.decode() for label in labels] for labels in label_sets if isinstance(labels, tuple)]
    return thresholds_of_label_sets(sets, num_eval_rows)


def _of_score(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    scores = (row["score"] for row in rows)
    return thresholds_of_numbers([score for score in scores if isinstance(score, float)], num_eval_rows)


def _of_entities(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    return thresholds_of_floor("f1", 0.5, "finding no entity is worth 0", num_eval_rows)


def _of_answers(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    return thresholds_of_floor("f1", 0.4, "a few words at random share next to nothing with the answer", num_eval_rows)


def _of_pairs(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    if any("score" in row for row in rows):
        return thresholds_of_floor("spearman", 0.3, "the same similarity for all pairs is worth 0", num_eval_rows)
    return thresholds_of_floor("mrr", 0.3, "of many texts, one at random is hardly ever the right one", num_eval_rows)


def _of_documents(rows: Sequence[Features], num_eval_rows: int) -> Thresholds:
    return thresholds_of_floor("masked_accuracy", 0.1, "the commonest word piece alone would reach 0.05", num_eval_rows)


def _label_options(texts: Profiles, labels: Profiles) -> dict[str, Any]:
    if len(labels) > 1:
        return {"label_columns": tuple(column.name for column in labels)}
    return {"delimiter": labels[0].delimiter} if labels[0].delimiter not in ("", ",") else {}


def _pair_options(texts: Profiles, labels: Profiles) -> dict[str, Any]:
    if not labels:
        return {"monitor": "mrr"}
    numbers = sorted(map(float, labels[0].counts))
    return {"positive_score": float(f"{numbers[0] + _POSITIVE_SHARE * (numbers[-1] - numbers[0]):.3g}")}


def _document_options(texts: Profiles, labels: Profiles) -> dict[str, Any]:
    num_with_lines = sum("\n" in text for text in texts[0].counts)
    # What follows a sentence is learnt from documents of several lines.
    return {} if 2 * num_with_lines >= len(texts[0].counts) else {"next_sentence": False}


RULES = (
    TaskRule(
        "text_classification",
        metric="accuracy",
        thresholds=_of_label,
        target=Target("label", "one label", "category", max_values=MAX_CATEGORIES),
    ),
    TaskRule(
        "multi_label_classification",
        metric="micro_f1",
        thresholds=_of_labels,
        target=Target(
            *("labels", "any number of labels", "labels"),
            takes_flags=True,
            way_out="to take each list as one label: --task text_classification --label ",
        ),
        options=_label_options,
    ),
    TaskRule(
        "text_regression",
        metric="pearson",
        thresholds=_of_score,
        target=Target(
            *("score", "a number", "number"),
            takes_numbers=True,
            way_out="if each number is a class of its own: --task text_classification --label ",
        ),
    ),
    TaskRule(
        "text_embedding",
        metric="spearman",
        thresholds=_of_pairs,
        target=Target("score", "a number", "number", takes_numbers=True),
        options=_pair_options,
        length=RowLength(reads_together=False),
        # Each text is compared with all others of its batch.
        training={"batch_size": 64, "learning_rate": 2e-5},
    ),
    TaskRule(
        "token_classification",
        metric="f1",
        thresholds=_of_entities,
        find_columns=find_entities,
        format="conll",
        holds="a word a line and the tag of its entity, as CoNLL has them",
        length=RowLength(most=256, of_longer="read in windows"),
    ),
    TaskRule(
        "question_answering",
        metric="f1",
        thresholds=_of_answers,
        find_columns=find_questions,
        format="squad",
        holds="questions and answers as SQuAD has them",
        length=RowLength(least=256, most=384, of_longer="read in windows"),
        training={"epochs": 2, "batch_size": 16},
    ),
    TaskRule(
        "masked_lm",
        metric="masked_accuracy",
        thresholds=_of_documents,
        options=_document_options,
        format="documents",
        holds="documents",
        length=RowLength(least=128, most=128, of_longer="cut into several rows"),
    ),
)
"""Of several that learn from a kind of column, the first is taken unless the user names another."""
