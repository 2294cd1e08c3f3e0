"""ServingValidator: proves before promotion that a model loads, answers as the trained one did, and is fast."""
