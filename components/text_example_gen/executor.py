"""The work of TextExampleGen."""

import json
import logging
from typing import Any

import apache_beam as beam
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import encode_split_names, get_single_instance, get_single_uri

from components.run_parameters import with_run_parameters
from components.text_example_gen.config import DataConfig
from components.text_example_gen.ingest import Ingest
from components.text_example_gen.ingest_job import IngestJob
from components.text_example_gen.ingest_limits import check_nothing_lost, fault_of_ingest, fault_of_labels
from components.text_example_gen.ingest_summary import IngestSummary, read_summary, summarize, write_summary
from components.text_example_gen.label_rule import FOLLOW, LabelRule
from components.text_example_gen.label_vocabulary import (
    label_vocabulary,
    read_label_vocabulary,
    write_label_vocabulary,
)
from components.text_example_gen.output_folders import OutputFolders
from components.text_example_gen.rejects_file import join_rejects, keep_rejects
from components.text_example_gen.source_file import SourceFile, find_source_files
from components.text_example_gen.span_pattern import span_number
from components.text_example_gen.tally import Tally
from components.text_example_gen.unchanged_files import check_fingerprint, unchanged_files
from models.encoder_settings import EncoderSettings
from models.user_error import UserError

_LOGGER = logging.getLogger(__name__)


class Executor(BaseBeamExecutor):
    """Writes examples and rejects with Beam, and stops the run where too little of the data could be used."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Ingests the files that the properties name.

        Raises:
            UserError: The config or the data is at fault.
        """
        data = with_run_parameters("data", DataConfig.model_validate_json(exec_properties["data"]), exec_properties)
        encoder = exec_properties.get("encoder")
        job = IngestJob(
            exec_properties["task"],
            data,
            tuple(json.loads(exec_properties["slices"])),
            EncoderSettings.from_json(encoder) if encoder else None,
            self._label_rule(data, exec_properties),
            redact=bool(exec_properties.get("redact")),
        )
        examples = get_single_instance(output_dict["examples"])
        folders = OutputFolders(
            examples.uri, get_single_uri(output_dict["rejects"]), get_single_uri(output_dict["label_vocabulary"])
        )
        summary = self._ingest(job, folders, exec_properties.get("fingerprint"))
        check_nothing_lost(summary, one_example_each=not job.parser().task.expands_rows)
        vocabulary = read_label_vocabulary(folders.labels_file)
        faults = [
            fault_of_ingest(summary, data.requested_splits(), data.max_rejected_fraction),
            # With one label in train, the held-out rows of others are rejects: both are told, this is why.
            fault_of_labels(vocabulary, job.parser().task.min_labels, summary.examples["train"]),
            job.rule.fault({count.label: count.rows for count in vocabulary}),
        ]
        found = "\n".join(fault for fault in faults if fault)
        if found:
            raise UserError(f"{found}\n{_where_rejects_are(folders, exec_properties['failed_rejects'], summary)}")
        examples.split_names = encode_split_names(list(data.requested_splits()))
        _note_spans(examples, summary)
        _note_labels(summary)
        # As tfx.components.util.examples_utils sets them, whose import takes seconds.
        examples.set_string_custom_property("file_format", "tfrecords_gzip")
        examples.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")

    def _label_rule(self, data: DataConfig, exec_properties: dict[str, Any]) -> LabelRule:
        """What becomes of labels that the model in service does not have; here, there is nothing to know of it."""
        return FOLLOW

    def _ingest(self, job: IngestJob, folders: OutputFolders, fingerprint: str | None) -> IngestSummary:
        with unchanged_files(find_source_files(job.data)):
            files = tuple(job.source_files())
            folders.create(job.data.requested_splits())
            with self._make_beam_pipeline() as pipeline:
                _ = (
                    pipeline
                    | "Ingest" >> Ingest(job, files, folders)
                    | "Write counts" >> beam.Map(_write_counts, files, job, folders)
                )
            # The driver's; on Kubeflow none runs.
            if fingerprint:
                check_fingerprint(files, fingerprint)
        join_rejects(folders)
        folders.remove_unfinished()
        return read_summary(folders.summary_file)


def _note_spans(examples: Artifact, summary: IngestSummary) -> None:
    spans = [span_number(file.span) for file in summary.files if file.span is not None]
    if spans:
        # TFX's ExampleGen sets the one that is declared nowhere; of its resolvers some read that, some the other.
        examples.set_int_custom_property("span", max(spans))
        examples.span = max(spans)
        _LOGGER.info("read the spans %s", ", ".join(summary.spans))
    if summary.missing_spans:
        _LOGGER.warning("spans of the window that are not there: %s", ", ".join(summary.missing_spans))


def _note_labels(summary: IngestSummary) -> None:
    if summary.kept_labels:
        _LOGGER.warning("labels without a row of train, which stay classes: %s", ", ".join(summary.kept_labels))
    for label, rows in summary.new_labels.items():
        _LOGGER.warning("rows that were left out for the new label %r: %d", label, rows)


def _where_rejects_are(folders: OutputFolders, directory: str, summary: IngestSummary) -> str:
    """Keeps the rejects of a run that stops; that this fails must not hide why the run stops."""
    try:
        kept = keep_rejects(folders, directory)
    except (OSError, ValueError) as error:  # Beam raises ValueError for an address it has no file system for
        return f"The {summary.rejected:,} rejected rows could not be kept in {directory}: {error}"
    return f"All rejected rows ({summary.rejected:,}), with file, line and reason: {kept}"


def _write_counts(tally: Tally, files: tuple[SourceFile, ...], job: IngestJob, folders: OutputFolders) -> None:
    write_label_vocabulary(label_vocabulary(tally.labels, job.rule.kept()), folders.labels_file)
    write_summary(summarize(tally, files, job.data.window, job.rule.kept()), folders.summary_file)
