import pathlib

import pytest

from models.preset_folder import PresetError
from pipeline.guess.model_section import ModelSection, guess_model
from pipeline.guess.row_length import RowLength


def _guess(texts: list[str], preset: str | None = None) -> ModelSection:
    return guess_model([(text,) for text in texts], preset, pathlib.Path(), RowLength())


@pytest.mark.parametrize(
    ("text", "preset", "reason"),
    [
        ("my parcel never came, and nobody answers the telephone", "minilm_l6_en", "bundled, English"),
        ("Könnten Sie mir bitte mitteilen, wann meine Bestellung eintrifft?", "minilm_l6_en", "bert_base_multi"),
        ("选择珠江花园的原因就是方便 OK", "bert_base_zh", "downloads"),
        ("привет мир как дела", "bert_base_multi", "downloads"),
        ("昨日は友達と映画を見ました", "bert_base_multi", "downloads"),
        ("12 34 !", "minilm_l6_en", "bundled"),
    ],
)
def test_preset_is_told_by_the_script(text: str, preset: str, reason: str) -> None:
    section = _guess([text] * 5)
    assert section.preset == preset
    assert reason in section.findings[0].reason


@pytest.mark.parametrize(
    ("lengths", "expected", "told"),
    [
        ([5] * 200, 16, "no text is cut"),
        ([14] * 200, 16, "no text is cut"),
        ([15] * 200, 32, "no text is cut"),
        ([40] * 199 + [400], 48, "0.5% of the texts are cut"),
        ([40] * 190 + [200] * 10, 224, "no text is cut"),
        ([600] * 20, 512, "100.0% of the texts are cut"),
    ],
)
def test_length_covers_nearly_all_texts(lengths: list[int], expected: int, told: str) -> None:
    """`the` is one piece; two more are special tokens."""
    section = _guess([" ".join(["the"] * length) for length in lengths])
    assert section.sequence_length == expected
    assert told in section.findings[1].reason


def test_a_local_presets_length_and_vocabulary_hold(tiny_preset: str) -> None:
    section = _guess(["the film was good " * 20] * 5, tiny_preset)
    assert section.sequence_length == 32
    assert "up to 82" in section.findings[1].reason


def test_local_preset_is_taken_from_the_config_files_folder(tiny_preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = pathlib.Path(tiny_preset)
    monkeypatch.chdir(preset.parent)
    for folder, expected in ((preset.parent, preset.name), (preset, ".")):
        assert guess_model([("good",)], preset.name, folder, RowLength()).preset == expected


def test_wrong_preset_is_told() -> None:
    with pytest.raises(PresetError, match="is not a folder with a config"):
        _guess(["good"], "no/such")
