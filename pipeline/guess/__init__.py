"""Guesses a config from the user's own files; every guess carries its reason, and a choice that cannot be made asks."""
