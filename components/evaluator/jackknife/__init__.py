"""Confidence intervals by the delete-a-group jackknife, in the one pass over the rows in which TFMA counts."""
