"""Decisions of multi-label classification: sets of labels in a graph, and the thresholds that make them."""
