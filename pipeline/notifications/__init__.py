"""Tells people what came of a run that nobody watched."""
