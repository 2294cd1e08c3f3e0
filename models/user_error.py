"""The error type for what the user can put right."""


class UserError(Exception):
    """A fault in the user's config or data; its message says where and the way out.

    The command line prints it without a stack trace.
    """
