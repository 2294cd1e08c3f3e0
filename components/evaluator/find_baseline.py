"""Whether the model in service can be compared with a candidate."""

import pathlib

import tensorflow as tf

from components.current_model.record import CurrentModelRecord
from components.evaluator.serving_signature import SIGNATURE, read_serving_signature
from components.evaluator.verdict import Baseline
from models.export.description import read_description
from serving.model_fingerprint import model_fingerprint


def find_baseline(candidate: pathlib.Path, current: CurrentModelRecord, prediction_key: str) -> Baseline:
    """Compares what two SavedModels say of themselves; none is loaded.

    Args:
        candidate: The candidate's SavedModel.
        current: The model in service.
        prediction_key: The answer that metrics read.
    """
    if current.uri is None:
        return Baseline()
    in_service = pathlib.Path(current.uri)
    if not (in_service / "saved_model.pb").is_file():
        return Baseline(current.version, current.uri, incomparable="its files are gone")
    if (current.fingerprint or model_fingerprint(in_service)) == model_fingerprint(candidate):
        return Baseline(current.version, current.uri, is_candidate=True)
    differences = [*_other_contract(candidate, in_service), *_other_signature(candidate, in_service, prediction_key)]
    return Baseline(current.version, current.uri, incomparable="; ".join(differences))


def _other_contract(candidate: pathlib.Path, in_service: pathlib.Path) -> list[str]:
    ours, theirs = read_description(str(candidate)), read_description(str(in_service))
    if ours is None or theirs is None:
        which = "it" if theirs is None else "the candidate"
        return [f"{which} does not say which task and labels it has: another program wrote it"]
    if ours.task != theirs.task:
        return [f"its task is {theirs.task}, not {ours.task}"]
    lost, new = set(theirs.labels) - set(ours.labels), set(ours.labels) - set(theirs.labels)
    differences = []
    if lost:
        differences.append(f"it knows {_listed(lost)}, which the candidate does not")
    if new:
        differences.append(f"it does not know {_listed(new)}, which the candidate does")
    return differences


def _listed(labels: set[str]) -> str:
    shown = sorted(labels)[:5]
    more = f" and {len(labels) - len(shown)} more" if len(labels) > len(shown) else ""
    return f"the label{'s' if len(labels) > 1 else ''} {', '.join(shown)}{more}"


def _other_signature(candidate: pathlib.Path, in_service: pathlib.Path, prediction_key: str) -> list[str]:
    ours, theirs = read_serving_signature(candidate), read_serving_signature(in_service)
    if ours is None or theirs is None:
        return [f"{'it' if theirs is None else 'the candidate'} has no signature {SIGNATURE}"]
    if dict(ours.inputs) != dict(theirs.inputs):
        return [f"its {SIGNATURE} takes {dict(theirs.inputs)}, not {dict(ours.inputs)}"]
    # TFMA reads the names of the classes beside the scores; answers that no metric reads may differ.
    read = {prediction_key, tf.saved_model.CLASSIFY_OUTPUT_CLASSES}
    return [
        f"its {SIGNATURE} answers {name} as {theirs.outputs.get(name, 'nothing')}, not {kind}"
        for name, kind in ours.outputs.items()
        if name in read and theirs.outputs.get(name) != kind
    ]
