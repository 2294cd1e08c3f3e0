"""CurrentModel: points to the version in service, the baseline of a run."""
