"""Finds texts that are nearly equal, in a time that grows as the number of texts does."""
