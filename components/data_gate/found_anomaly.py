"""Anomalies as plain records, and the proto that they come from."""

import dataclasses

from tensorflow_metadata.proto.v0 import anomalies_pb2


@dataclasses.dataclass(frozen=True)
class FoundAnomaly:
    """One way in which a column of a split contradicts the schema.

    Attributes:
        split: The split.
        feature: The column, or `(all rows)` where it is about the split as a whole.
        what: A few words.
        details: The values, fractions or counts concerned.
    """

    split: str
    feature: str
    what: str
    details: str


def find_anomalies(split: str, anomalies: anomalies_pb2.Anomalies) -> list[FoundAnomaly]:
    """Lists what TFDV found in a split, by column.

    Args:
        split: The split's name.
        anomalies: TFDV's result for it.
    """
    found = []
    if anomalies.data_missing:
        found.append(FoundAnomaly(split, "(all rows)", "No rows", "The split is empty."))
    for key in sorted(anomalies.anomaly_info):
        info = anomalies.anomaly_info[key]
        feature = ".".join(info.path.step) or key
        found += _reasons(split, feature, info)
    if anomalies.HasField("dataset_anomaly_info"):
        found += _reasons(split, "(all rows)", anomalies.dataset_anomaly_info)
    return found


def _reasons(split: str, feature: str, info: anomalies_pb2.AnomalyInfo) -> list[FoundAnomaly]:
    return [
        FoundAnomaly(split, feature, reason.short_description, " ".join(reason.description.split()))
        for reason in info.reason or [info]
    ]
