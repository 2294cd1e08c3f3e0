"""Versions that servers find by name in a models.config: on object stores, and wherever versions have labels."""
