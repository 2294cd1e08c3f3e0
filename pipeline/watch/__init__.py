"""Starts a run whenever new data have come to rest."""
