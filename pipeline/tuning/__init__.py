"""`bertline tune`: the line with a Tuner, and what becomes of the best trial."""
