"""The artifact type of Report's output."""

from tfx.types.artifact import Artifact


class RunReport(Artifact):
    """A folder with `report.html`, a page that needs no other file, and `report.json`, the numbers on it."""

    TYPE_NAME = "components.RunReport"
