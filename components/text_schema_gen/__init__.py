"""TextSchemaGen: the schema of a run, curated or inferred, by the task's rules."""
