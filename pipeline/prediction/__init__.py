"""Answers files of rows: they are read in parts, and each row ends in the output or in the rejects file."""
