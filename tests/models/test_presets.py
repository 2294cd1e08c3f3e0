import json
import pathlib

import pytest

from models.presets import PresetError, load_backbone, load_vocabulary, preset_location


def test_bundled_preset_is_the_uncased_bert_vocabulary() -> None:
    vocabulary = load_vocabulary("minilm_l6_en")
    assert (vocabulary.size, vocabulary.lowercase, vocabulary.start_id) == (30_522, True, 101)


def test_kerashub_folder(tiny_preset: str) -> None:
    vocabulary = load_vocabulary(tiny_preset)
    assert vocabulary.tokens[:5] == ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    assert vocabulary.lowercase
    assert load_backbone(tiny_preset, "float32").num_layers == 2


def test_hugging_face_folder_says_whether_it_is_cased(tmp_path: pathlib.Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nWord\n")
    assert load_vocabulary(str(tmp_path)).lowercase
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": False}))
    assert not load_vocabulary(str(tmp_path)).lowercase


def test_folder_that_is_no_preset_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(PresetError, match=r"no_preset.*config\.json"):
        preset_location(str(tmp_path / "no_preset"))
