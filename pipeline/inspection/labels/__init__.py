"""How labels are spread, and which of them are likely wrong."""
