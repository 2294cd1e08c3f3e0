"""Makes training data of corrected answers to logged requests."""
