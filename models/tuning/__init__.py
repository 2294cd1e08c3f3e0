"""Looks for better settings of a training: which are tried, each trial, and what is kept of it."""
