"""Tuner: TFX's, which also writes down every trial."""
