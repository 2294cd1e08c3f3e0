"""Kubeflow Pipelines' API, asked through kfp's own client: uploads, runs, schedules."""
