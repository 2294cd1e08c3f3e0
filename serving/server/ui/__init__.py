"""A page to try the served models by hand."""
