"""The tasks, one file each; a task owns all that depends on what is predicted."""
