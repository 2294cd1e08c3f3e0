"""Runs of the line on this machine: what is to run, what ran, and what is kept of it."""
