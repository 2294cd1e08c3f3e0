"""Compares what a model is asked, and what it answers, with what it was made of."""
