"""A network's transformer layers in fewer and larger TensorFlow ops: the same variables and numbers, in less time."""
