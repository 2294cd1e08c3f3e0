"""Fixtures that tests of several packages share."""

import pathlib

import pytest


@pytest.fixture(scope="session")
def shared_data() -> pathlib.Path:
    """The folder of real data sets beside the checkout; tests that need it are skipped where it is not."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets (../shared/data) are not here")
    # It may be a link, and paths are told as they are.
    return folder.resolve()


@pytest.fixture(scope="session")
def tiny_preset(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a BERT of two layers, 16 wide, over a vocabulary of whole words; its weights are random."""
    import keras
    import keras_hub

    words = [
        "good",
        "great",
        "fine",
        "bad",
        "awful",
        "poor",
        "film",
        "movie",
        "food",
        "service",
        "the",
        "a",
        "was",
        "is",
        "very",
        "not",
    ]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    keras.utils.set_random_seed(7)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=32,
    )
    folder = tmp_path_factory.mktemp("preset")
    backbone.save_to_preset(str(folder))
    keras_hub.models.BertTokenizer(vocabulary, lowercase=True).save_to_preset(str(folder))
    return str(folder)
