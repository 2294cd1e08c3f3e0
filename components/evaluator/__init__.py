"""Evaluator: judges a model on the eval split and against the model in service; TFMA counts, the verdict is ours."""
