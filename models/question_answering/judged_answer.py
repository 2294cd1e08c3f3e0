"""A question and its answer as the report tells them."""

from models.question_answering.answer import Answer
from models.question_answering.squad_rules import score
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow

_NO_ANSWER = "(no answer)"


def judged_answer(row: AnsweredRow) -> JudgedRow:
    """Compares an answer with the accepted ones; the row's error is 1 less the F1 of SQuAD's rules.

    Args:
        row: Has the answers of `QuestionAnswering.answers_to`.
    """
    truths = list(dict.fromkeys(Answer.from_bytes(value).text for value in row.truth))
    answer = row.answers["answer"].item().decode(errors="replace")
    return JudgedRow(
        truth=" | ".join(truths) or _NO_ANSWER,
        answer=answer or _NO_ANSWER,
        error=1 - score(answer, truths).f1,
        score=row.answers["score"].item() if "score" in row.answers else None,
    )
