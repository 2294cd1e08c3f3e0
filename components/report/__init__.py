"""Report: one self-contained HTML page on a run, its numbers as JSON, and the words of a model card."""
