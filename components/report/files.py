"""The names of what Report writes, for whoever looks for it."""

PAGE_FILE = "report.html"
NUMBERS_FILE = "report.json"
