"""Runs SavedModels as the stock server does."""
