"""Writes some of the requests with their answers to files, where a model's `logging_config` asks for it."""
