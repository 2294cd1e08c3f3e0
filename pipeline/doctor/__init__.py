"""The checks of `bertline doctor`, one a file: each tells in words what is wrong and what to do."""
