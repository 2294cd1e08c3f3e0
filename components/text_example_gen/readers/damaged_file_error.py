"""The error of a file that cannot be read on from some point."""


class DamagedFileError(Exception):
    """The rest of a file is unreadable, so that nobody knows how many rows it holds; the message says where."""
