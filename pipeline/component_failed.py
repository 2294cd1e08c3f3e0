"""Whose fault the failure of a component is."""

from collections.abc import Iterator

from models.user_error import UserError


class ComponentFailedError(Exception):
    """A component failed for a reason that is not the user's; `__cause__` holds it."""

    def __init__(self, component: str, cause: BaseException) -> None:
        """Names the component and the cause."""
        super().__init__(f"{component} failed: {type(cause).__name__}: {cause}")


def user_error_behind(error: BaseException) -> UserError | None:
    """The user's fault among an error and its causes; libraries wrap what our code raises inside of them.

    Args:
        error: What a component raised.

    Returns:
        The UserError nearest to it, or None.
    """
    return next((each for each in errors_behind(error) if isinstance(each, UserError)), None)


def errors_behind(error: BaseException) -> Iterator[BaseException]:
    """An error, its causes, and what was being handled when it was raised; the nearest first."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        candidate = waiting.pop(0)
        if candidate is not None and candidate not in seen:
            yield candidate
            seen.append(candidate)
            waiting += [candidate.__cause__, candidate.__context__]
