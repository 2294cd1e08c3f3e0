"""The pipeline on Kubeflow Pipelines v2: compiled, submitted, scheduled."""
