"""The machine-learning code: tasks, tokenisation, networks, training and signatures. Knows nothing of pipelines."""
