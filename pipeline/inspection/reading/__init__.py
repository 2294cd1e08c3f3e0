"""Which files are inspected, and their rows."""
