"""Config files: read, checked against their rules and the world, described."""
