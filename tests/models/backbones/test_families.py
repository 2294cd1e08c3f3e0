"""Other families than BERT, as tiny presets with random weights: the same contract, training and freezing."""

import pathlib
from typing import Any

import keras
import keras_hub
import numpy as np
import pytest

from models.presets import check_preset, load_backbone, load_vocabulary
from models.tasks.interface.facts import Facts
from models.tasks.text_classification import TextClassification
from models.training.freezing import freeze
from models.training.low_rank_adaptation import add_low_rank_matrices, merged_weights
from models.user_error import UserError

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film"]
SIZES = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32, "max_sequence_length": 12}
OWN_SIZES = {"DistilBert": {"vocabulary_size": len(WORDS)}, "Electra": {"vocab_size": len(WORDS), "embedding_dim": 8}}
INPUTS = {
    "token_ids": np.array([[2, 5, 3, 7, 3], [2, 6, 3, 0, 0]], "int32"),
    "segment_ids": np.array([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]], "int32"),
    "padding_mask": np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], "int32"),
}


@pytest.fixture(params=["DistilBert", "Electra"])
def preset(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> str:
    """A folder as KerasHub writes it."""
    keras.utils.set_random_seed(3)
    backbone = getattr(keras_hub.models, f"{request.param}Backbone")(**SIZES, **OWN_SIZES[request.param])
    backbone.save_to_preset(str(tmp_path))
    getattr(keras_hub.models, f"{request.param}Tokenizer")(WORDS, lowercase=True).save_to_preset(str(tmp_path))
    return str(tmp_path)


def _network(preset: str, backbone: Any = None) -> keras.Model:
    facts = Facts(load_vocabulary(preset), ("no", "yes"))
    return TextClassification().build_network(backbone or load_backbone(preset, "float32"), facts, dropout=0.1)


def test_it_is_checked_like_a_bert(preset: str) -> None:
    check_preset(preset, 12)
    assert load_vocabulary(preset).tokens == tuple(WORDS)
    with pytest.raises(UserError, match="has 12 positions, fewer than 13"):
        check_preset(preset, 13)


def test_outputs_are_those_of_the_preset_and_do_not_depend_on_padding(preset: str) -> None:
    backbone = load_backbone(preset, "float32")
    outputs = {name: np.array(values) for name, values in backbone(INPUTS).items()}
    assert outputs["sequence_output"].shape == (2, 5, 16)
    assert outputs["pooled_output"].shape == (2, 16)
    alone = backbone({name: values[1:, :3] for name, values in INPUTS.items()})
    np.testing.assert_allclose(outputs["sequence_output"][1:, :3], alone["sequence_output"], atol=1e-5)
    original = keras_hub.models.Backbone.from_preset(preset)
    theirs = original({name: values for name, values in INPUTS.items() if name in original.input})
    theirs = theirs["sequence_output"] if isinstance(theirs, dict) else theirs
    np.testing.assert_allclose(outputs["sequence_output"], theirs, atol=1e-6)


def test_weights_pass_from_one_network_to_another(preset: str) -> None:
    trained = _network(preset)
    served = _network(preset, load_backbone(preset, "float32", load_weights=False))
    served.set_weights(trained.get_weights())
    np.testing.assert_allclose(trained(INPUTS, training=False), served(INPUTS, training=False), atol=1e-6)


@pytest.mark.parametrize(("what", "num_layers"), [("embeddings", 2), (1, 1), ("all", 0)])
def test_parts_are_frozen(preset: str, what: Any, num_layers: int) -> None:
    backbone = load_backbone(preset, "float32")
    freeze(backbone, what)
    paths = [weight.path for weight in backbone.trainable_weights]
    assert not any("embedding" in path for path in paths)
    assert len({path.split("transformer_layer_")[1][0] for path in paths if "transformer_layer_" in path}) == num_layers


def test_low_rank_matrices_are_merged(preset: str) -> None:
    backbone = load_backbone(preset, "float32")
    add_low_rank_matrices(backbone, 2)
    adapted = _network(preset, backbone)
    numbers = np.random.default_rng(2)
    for variable in adapted.trainable_variables:
        variable.assign(variable + numbers.normal(0, 1.0, variable.shape).astype("float32"))
    expected = np.array(adapted(INPUTS, training=False))
    plain = _network(preset)
    plain.set_weights(merged_weights(adapted))
    np.testing.assert_allclose(plain(INPUTS, training=False), expected, atol=1e-4)
