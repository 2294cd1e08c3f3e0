"""What the data files hold, from the artifacts of the components that read them."""

import pathlib

import tensorflow as tf
from tensorflow_metadata.proto.v0 import anomalies_pb2, statistics_pb2
from tfx.utils.io_utils import all_files_pattern

from components.data_gate.found_anomaly import find_anomalies
from components.report.column_facts import Statistics, column_facts, label_rows, number_histograms
from components.report.finished import Finished
from components.report.ingest_facts import anomaly_facts, reject_reasons, source_facts
from components.report.report import AnomalyFacts, DataFacts, LengthFacts
from components.report.text_lengths import text_lengths
from components.text_example_gen.ingest_summary import read_summary
from components.text_example_gen.label_vocabulary import read_label_vocabulary
from components.text_example_gen.output_folders import OutputFolders

# TFX's names: tfx.components.statistics_gen.stats_artifact_utils and tfx.components.example_validator.executor, whose
# imports take seconds.
_STATISTICS_FILE = "FeatureStats.pb"
_ANOMALIES_FILE = "SchemaDiff.pb"


def data_facts(finished: Finished) -> DataFacts:
    """Reads what the ingest, TFDV and Transform left."""
    folders = OutputFolders("", finished.uri("rejects"), finished.uri("label_vocabulary"))
    summary = read_summary(folders.summary_file)
    statistics = _statistics(finished)
    in_train = {count.label: count.rows for count in read_label_vocabulary(folders.labels_file)}
    numbers = [each.name for each in finished.task.features() if each.role == "label" and each.kind == "number"]
    return DataFacts(
        rows=summary.rows,
        rejected=summary.rejected,
        examples={split: count for split, count in summary.examples.items() if count},
        sources=source_facts(summary),
        reasons=reject_reasons(summary, finished.shows_texts()),
        damaged=summary.damaged,
        anomalies=_anomalies(finished),
        columns=column_facts(statistics),
        labels=label_rows(in_train, statistics, finished.task.label_feature),
        numbers=number_histograms(statistics, numbers),
        lengths=_lengths(finished),
        spans=summary.spans,
        missing_spans=summary.missing_spans,
        new_labels=summary.new_labels,
        kept_labels=summary.kept_labels,
    )


def _statistics(finished: Finished) -> Statistics:
    statistics = {}
    for split, uri in finished.split_uris("statistics").items():
        found = (pathlib.Path(uri) / _STATISTICS_FILE).read_bytes()
        (statistics[split],) = statistics_pb2.DatasetFeatureStatisticsList.FromString(found).datasets
    return statistics


def _anomalies(finished: Finished) -> tuple[AnomalyFacts, ...]:
    found = []
    for split, uri in finished.split_uris("anomalies").items():
        anomalies = (pathlib.Path(uri) / _ANOMALIES_FILE).read_bytes()
        found += find_anomalies(split, anomalies_pb2.Anomalies.FromString(anomalies))
    return anomaly_facts(found, finished.shows_texts())


def _lengths(finished: Finished) -> tuple[LengthFacts, ...]:
    uris = finished.split_uris("transformed_examples")
    files = {split: sorted(tf.io.gfile.glob(all_files_pattern(uri))) for split, uri in uris.items()}
    # A task that cuts windows stores texts whole.
    limit = None if finished.task.cuts_windows else finished.config["model"]["sequence_length"]
    return text_lengths(files, limit)
