"""Decides which versions are loaded, loads and unloads them."""
