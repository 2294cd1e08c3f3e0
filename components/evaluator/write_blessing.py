"""The blessing, as TFX's own Evaluator writes it."""

import pathlib

from tfx.types import Artifact

# Names and values of tfx/components/evaluator/constants.py, whose import takes some 20 s.
_FILES = {True: "BLESSED", False: "NOT_BLESSED"}
_BLESSED = "blessed"
_CANDIDATE_URI, _CANDIDATE_ID = "current_model", "current_model_id"
_BASELINE_URI = "baseline_model"


def write_blessing(blessing: Artifact, blessed: bool, model: Artifact, baseline_uri: str | None) -> None:
    """Writes the file and the properties that Pusher and resolvers look for.

    Args:
        blessing: The ModelBlessing output.
        blessed: The verdict.
        model: The candidate.
        baseline_uri: The model in service; None where there is none.
    """
    folder = pathlib.Path(blessing.uri)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILES[blessed]).touch()
    blessing.set_int_custom_property(_BLESSED, int(blessed))
    blessing.set_string_custom_property(_CANDIDATE_URI, model.uri)
    blessing.set_int_custom_property(_CANDIDATE_ID, model.id)
    if baseline_uri:
        blessing.set_string_custom_property(_BASELINE_URI, baseline_uri)
