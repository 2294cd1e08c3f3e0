"""The error of a choice of columns that is the user's."""

from models.user_error import UserError


class ColumnChoiceError(UserError):
    """Which column is what cannot be told; the message names the candidates and the option that decides."""
