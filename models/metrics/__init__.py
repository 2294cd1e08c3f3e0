"""Metrics that TFMA counts and does not bring itself, one file each."""
