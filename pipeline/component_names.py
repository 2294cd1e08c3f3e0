"""The components of the line by name, for what has no time to import TFX."""

COMPONENTS = (
    "TextExampleGen", "StatisticsGen", "TextSchemaGen", "ExampleValidator", "DataGate",
    "Transform", "Trainer", "CurrentModel", "Evaluator", "ServingValidator", "Promoter", "Report",
)  # fmt: skip
"""In the order in which `pipeline.dag.create_pipeline` runs them."""
