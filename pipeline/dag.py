"""The pipeline, for one machine and for Kubeflow alike; reads from top to bottom as the DAG."""

import itertools
from collections.abc import Callable

from tensorflow_data_validation import StatsOptions
from tfx.components.example_validator.component import ExampleValidator
from tfx.components.statistics_gen.component import StatisticsGen
from tfx.components.transform.component import Transform
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration import metadata
from tfx.orchestration.pipeline import Pipeline

from components.current_model.component import CurrentModel
from components.current_model.served_model import ServedModel
from components.data_gate.component import DataGate
from components.evaluator.component import Evaluator
from components.promoter.component import Promoter
from components.report.component import Report
from components.serving_validator.component import ServingValidator
from components.text_example_gen.component import KnownLabels, TextExampleGen
from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.component import TextSchemaGen
from components.trainer.component import Trainer
from models.encoder_settings import EncoderSettings
from models.preprocessing import Preprocessing, preprocessing_fn
from models.training.run_fn import TrainerSettings, run_fn
from pipeline.caching.run_fingerprint import code_of_run
from pipeline.config import PipelineConfig
from pipeline.import_path import import_path
from pipeline.places import Places

_NOT_RUN = {"notifications", "kubeflow", "monitoring", "tuning", "component_timeout_minutes"}
"""Whom to tell, what a search would try, how long it may take, and how it runs on Kubeflow."""


def create_pipeline(
    config: PipelineConfig, places: Places, after_transform: Callable[[Transform], list[BaseNode]] = lambda _: []
) -> Pipeline:
    """Builds the DAG of a run.

    Args:
        config: What to run.
        places: Where to run it.
        after_transform: Makes further nodes that take Transform's outputs. They have to be there from the start: a
            pipeline whose components are set again gives Beam's arguments to all of them twice, and misses its cache.

    Returns:
        The pipeline, ready for a TFX runner.
    """
    chosen_task = config.chosen_task()
    task = chosen_task.to_json()
    encoder = EncoderSettings(config.model.source, config.model.sequence_length)
    served = ServedModel(config.serving, config.name)
    example_gen = TextExampleGen(
        task=task,
        data=config.data,
        slices=config.evaluation.slice_columns(),
        failed_rejects=places.failed_rejects,
        encoder=encoder if chosen_task.build().expands_rows else None,
        known=None if config.data.label_changes == "follow" else KnownLabels(served, config.curated_schema()),
        redact=config.redact,
        run_parameters=places.run_parameters.get("data", {}),
    )
    examples = example_gen.outputs["examples"]
    # Exact up to 16,384 different values of a column; beyond, exact counts would hold every text in memory.
    statistics_gen = StatisticsGen(examples=examples, stats_options=StatsOptions(use_sketch_based_topk_uniques=True))
    statistics = statistics_gen.outputs["statistics"]
    schema_gen = TextSchemaGen(
        statistics=statistics,
        roles=ColumnRoles.of_task(chosen_task.build()),
        curated_schema=config.curated_schema(),
    )
    schema = schema_gen.outputs["schema"]
    example_validator = ExampleValidator(statistics=statistics, schema=schema)
    data_gate = DataGate(anomalies=example_validator.outputs["anomalies"], redact=config.redact)
    transform = Transform(
        examples=examples,
        schema=schema,
        preprocessing_fn=import_path(preprocessing_fn),
        custom_config=Preprocessing(task, encoder.preset, encoder.sequence_length).to_custom_config(),
        # StatisticsGen has them already, and analyzers' caches only serve growing spans.
        disable_statistics=True,
        disable_analyzer_cache=True,
    )
    transform.add_upstream_node(data_gate)
    trainer = Trainer(
        examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"],
        raw_examples=examples,
        label_vocabulary=example_gen.outputs["label_vocabulary"],
        run_fn=import_path(run_fn),
        custom_config=TrainerSettings(task, config.model, config.training, places.checkpoints).to_custom_config(),
        continues=served if config.training.start_from == "current" else None,
        run_parameters=places.run_parameters.get("training", {}),
    )
    model = trainer.outputs["model"]
    current_model = CurrentModel(serving=config.serving, name=config.name)
    # Training takes long: what is in service is looked up after it, not before.
    current_model.add_upstream_node(trainer)
    evaluator = Evaluator(
        examples=examples,
        model=model,
        current_model=current_model.outputs["current_model"],
        task=task,
        evaluation=config.evaluation,
        encoder=encoder,
        keeps_texts=config.keeps_texts,
        run_parameters=places.run_parameters.get("evaluation", {}),
    )
    evaluator.with_beam_pipeline_args(list(places.evaluator_beam_arguments))
    serving_validator = ServingValidator(
        model=model,
        model_blessing=evaluator.outputs["blessing"],
        predictions=trainer.outputs["predictions"],
        task=task,
        serving=config.serving,
        redact=config.redact,
    )
    promoter = Promoter(
        model=serving_validator.outputs["validated_model"],
        model_blessing=evaluator.outputs["blessing"],
        infra_blessing=serving_validator.outputs["blessing"],
        evaluation=evaluator.outputs["evaluation"],
        validation=serving_validator.outputs["validation"],
        rejects=example_gen.outputs["rejects"],
        name=config.name,
        serving=config.serving,
        model_card=config.report.model_card,
        evaluated_on=config.evaluation.split,
    )
    report = Report(
        task=task,
        config=config.model_dump(mode="json", exclude=_NOT_RUN),
        code=code_of_run(config.task),
        run_parameters=dict(itertools.chain.from_iterable(each.items() for each in places.run_parameters.values())),
        rejects=example_gen.outputs["rejects"],
        label_vocabulary=example_gen.outputs["label_vocabulary"],
        statistics=statistics,
        anomalies=example_validator.outputs["anomalies"],
        transformed_examples=transform.outputs["transformed_examples"],
        model_run=trainer.outputs["model_run"],
        model=model,
        current_model=current_model.outputs["current_model"],
        evaluation=evaluator.outputs["evaluation"],
        validation=serving_validator.outputs["validation"],
        validated_model=serving_validator.outputs["validated_model"],
        promotion=promoter.outputs["promotion"],
    )
    nodes = [
        example_gen, statistics_gen, schema_gen, example_validator, data_gate,
        transform, trainer, current_model, evaluator, serving_validator, promoter, report,
        *after_transform(transform),
    ]  # fmt: skip
    metadata_path = places.metadata_path
    return Pipeline(
        pipeline_name=config.name,
        pipeline_root=places.pipeline_root,
        components=nodes,
        # TFX's cache key sees no code: runners that know how to add it switch the cache on.
        enable_cache=False,
        metadata_connection_config=metadata.sqlite_metadata_connection_config(metadata_path) if metadata_path else None,
        beam_pipeline_args=list(places.beam_arguments),
    )
