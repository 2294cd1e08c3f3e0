from models.backbones.family import FAMILIES
from models.presets import BUNDLED
from pipeline.config_files.keras_hub_presets import keras_hub_presets


def test_the_list_is_the_one_that_keras_hub_has() -> None:
    known = {
        name: (family, values)
        # A family's list has those of its subclasses too: XLM-RoBERTa's is one of RoBERTa's, and comes last here.
        for family in reversed(FAMILIES)
        for name, values in family.class_of_backbone().presets.items()
        if name not in BUNDLED
    }
    assert set(keras_hub_presets()) == set(known)
    for name, preset in keras_hub_presets().items():
        family, values = known[name]
        assert preset.family == family
        assert values["kaggle_handle"] == f"kaggle://{preset.handle}"
        assert preset.num_parameters > 1_000_000
