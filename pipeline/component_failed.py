"""The failure of a component that is not the user's fault."""


class ComponentFailedError(Exception):
    """A component failed for a reason that is not the user's; `__cause__` holds it."""

    def __init__(self, component: str, cause: BaseException) -> None:
        """Names the component and the cause."""
        super().__init__(f"{component} failed: {type(cause).__name__}: {cause}")
