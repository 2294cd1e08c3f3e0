"""Whose fault the failure of a component is."""

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
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        candidate = waiting.pop(0)
        if isinstance(candidate, UserError):
            return candidate
        if candidate is not None and candidate not in seen:
            seen.append(candidate)
            waiting += [candidate.__cause__, candidate.__context__]
    return None
