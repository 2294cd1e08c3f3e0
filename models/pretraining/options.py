"""What a user can set about pre-training."""

import pydantic

from models.tasks.interface.options import TaskOptions


class PretrainingOptions(TaskOptions):
    """The `task_options` of pre-training."""

    next_sentence: bool = pydantic.Field(
        default=True,
        description="Whether the model also learns to tell if one segment follows another, as BERT did. Without, "
        "examples are filled with the text of one document, as RoBERTa's.",
    )
    masked_fraction: float = pydantic.Field(
        default=0.15, gt=0, le=0.5, description="Share of pieces that are hidden and guessed, at least one of a text."
    )
    whole_words: bool = pydantic.Field(
        default=False, description="Whether all pieces of a word are hidden together; Chinese has a word a character."
    )
    short_fraction: float = pydantic.Field(
        default=0.1, ge=0, le=1, description="Share of examples that are cut to a random shorter length."
    )
    copies: int = pydantic.Field(
        default=1,
        ge=1,
        description="How often segments are drawn from each document. What is hidden differs in each epoch anyway.",
    )
    top_k: int = pydantic.Field(default=5, ge=1, le=100, description="Guesses that are served for each `[MASK]`.")
