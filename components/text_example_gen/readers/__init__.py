"""Readers: generators that turn an open binary file into records; they know neither Beam nor tasks."""
