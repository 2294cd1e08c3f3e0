"""Whether the model in service can be compared with a candidate."""

import pathlib

import tensorflow as tf

from components.current_model.record import CurrentModelRecord
from components.evaluator.serving_signature import read_serving_signature
from components.evaluator.verdict import Baseline
from models.export.description import read_description
from models.tasks.interface.evaluation import Evaluation
from serving.model_fingerprint import model_fingerprint


def find_baseline(
    candidate: pathlib.Path, current: CurrentModelRecord, in_service: pathlib.Path, evaluation: Evaluation
) -> Baseline:
    """Compares what two SavedModels say of themselves; none is loaded.

    Args:
        candidate: The candidate's SavedModel.
        current: Which model is in service.
        in_service: Its SavedModel on this machine; not looked at where there is none.
        evaluation: Which answers of which signature metrics read.
    """
    if current.uri is None:
        return Baseline()
    if not (in_service / "saved_model.pb").is_file():
        return Baseline(current.version, current.uri, incomparable="its files are gone")
    if (current.fingerprint or model_fingerprint(in_service)) == model_fingerprint(candidate):
        return Baseline(current.version, current.uri, is_candidate=True)
    differences = [*_other_contract(candidate, in_service), *_other_signature(candidate, in_service, evaluation)]
    return Baseline(current.version, current.uri, incomparable="; ".join(differences))


def _other_contract(candidate: pathlib.Path, in_service: pathlib.Path) -> list[str]:
    ours, theirs = read_description(str(candidate)), read_description(str(in_service))
    if ours is None or theirs is None:
        which = "it" if theirs is None else "the candidate"
        return [f"{which} does not say which task and labels it has: another program wrote it"]
    if ours.task.name != theirs.task.name:
        return [f"its task is {theirs.task.name}, not {ours.task.name}"]
    unread = set(theirs.task.optional_texts) - set(ours.task.optional_texts)
    if unread:
        return [f"it also reads {', '.join(sorted(unread))}, which the examples do not have"]
    if ours.task.build().judges_pieces and theirs.vocabulary and theirs.vocabulary != ours.vocabulary:
        return ["its vocabulary is another one, and the metrics count its pieces"]
    # Rows with labels that only the candidate knows are rows that the one in service gets wrong, as it does in service.
    lost = set(theirs.labels) - set(ours.labels)
    return [f"it knows {_listed(lost)}, which the candidate does not"] if lost else []


def _listed(labels: set[str]) -> str:
    shown = sorted(labels)[:5]
    more = f" and {len(labels) - len(shown)} more" if len(labels) > len(shown) else ""
    return f"the label{'s' if len(labels) > 1 else ''} {', '.join(shown)}{more}"


def _other_signature(candidate: pathlib.Path, in_service: pathlib.Path, evaluation: Evaluation) -> list[str]:
    name = evaluation.signature
    ours, theirs = read_serving_signature(candidate, name), read_serving_signature(in_service, name)
    if ours is None or theirs is None:
        return [f"{'it' if theirs is None else 'the candidate'} has no signature {name}"]
    if dict(ours.inputs) != dict(theirs.inputs):
        return [f"its {name} takes {dict(theirs.inputs)}, not {dict(ours.inputs)}"]
    # TFMA reads the names of the classes beside the scores; answers that no metric reads may differ.
    read = {evaluation.prediction_key, tf.saved_model.CLASSIFY_OUTPUT_CLASSES} if evaluation.prediction_key else None
    return [
        f"its {name} answers {answer} as {theirs.outputs.get(answer, 'nothing')}, not {kind}"
        for answer, kind in ours.outputs.items()
        if (read is None or answer in read) and theirs.outputs.get(answer) != kind
    ]
