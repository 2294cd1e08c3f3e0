"""Trainer: TFX's, which also writes down what the trained network answers to raw texts, before it is exported."""
