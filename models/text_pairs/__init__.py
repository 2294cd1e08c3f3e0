"""Pairs of texts that are compared: their identity, their order in batches, and how well a network tells them."""
