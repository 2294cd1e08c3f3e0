from models.presets import BUNDLED
from pipeline.config_files.keras_hub_presets import keras_hub_presets


def test_the_list_is_the_one_that_keras_hub_has() -> None:
    import keras_hub

    known = keras_hub.models.BertBackbone.presets
    assert set(keras_hub_presets()) == set(known) - set(BUNDLED)
    for name, preset in keras_hub_presets().items():
        assert known[name]["kaggle_handle"] == f"kaggle://{preset.handle}"
        assert preset.num_parameters > 1_000_000
