import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from models.preset_folder import PresetError
from models.presets import check_preset, load_backbone, load_vocabulary, preset_location
from models.user_error import UserError

VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nWord\n"
HUGGING_FACE = {"model_type": "bert", "vocab_size": 6, "max_position_embeddings": 64}


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


def _folder(folder: pathlib.Path, config: dict[str, Any], tokenizer: dict[str, Any] | None = None) -> str:
    """Writes a preset as Hugging Face does, but for what is in the weights."""
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text(VOCABULARY)
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer or {}))
    (folder / "model.safetensors").touch()
    return str(folder)


@pytest.mark.parametrize(
    ("changed", "sequence_length", "message"),
    [
        ({}, 65, r"model\.sequence_length: .* has 64 positions, fewer than 65"),
        ({"vocab_size": 5}, 64, "its vocabulary has 6 tokens, its embedding 5"),
        ({"model_type": "gpt2"}, 64, "is of 'gpt2'; the encoders that can be used are BERT, DistilBERT, ELECTRA"),
        ({"model_type": None}, 64, "is of None; the encoders that can be used are"),
        ({"model_type": "roberta"}, 64, "is an encoder of the family RoBERTa: its tokeniser merges pairs of bytes"),
        (
            {"model_type": "albert"},
            64,
            "is an encoder of the family ALBERT, whose vocabulary is in spiece.model, or assets",
        ),
        ({"model_type": "electra"}, 64, "KerasHub cannot read an ELECTRA in Hugging Face's form"),
        ({"vocab_size": None}, 64, r"config\.json has no vocab_size"),
    ],
)
def test_preset_that_does_not_fit_is_refused(
    tmp_path: pathlib.Path, changed: dict[str, Any], sequence_length: int, message: str
) -> None:
    check_preset(_folder(tmp_path, HUGGING_FACE), 64)
    with pytest.raises(UserError, match=message):
        check_preset(_folder(tmp_path, {**HUGGING_FACE, **changed}), sequence_length)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("config.json", "{", r"config\.json cannot be read"),
        ("config.json", "[]", r"config\.json is not a JSON object"),
        ("vocab.txt", None, "of the family BERT, whose vocabulary is in vocab.txt"),
        ("vocab.txt", "[PAD]\nword\n", r"lacks \[UNK\]"),
        ("model.safetensors", None, r"has no weights; expected is model\.safetensors"),
    ],
)
def test_damaged_preset_is_refused(tmp_path: pathlib.Path, name: str, text: str | None, message: str) -> None:
    folder = _folder(tmp_path, HUGGING_FACE)
    (tmp_path / name).unlink()
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=message):
        check_preset(folder, 64)


def test_kerashub_folder_is_checked(tiny_preset: str) -> None:
    check_preset(tiny_preset, 32)
    with pytest.raises(UserError, match="has 32 positions, fewer than 33"):
        check_preset(tiny_preset, 33)


def test_bundled_and_local_presets_are_checked_without_tensorflow(tmp_path: pathlib.Path) -> None:
    local = _folder(tmp_path, HUGGING_FACE)
    code = (
        "import sys; from models.presets import check_preset, load_vocabulary\n"
        f"check_preset('minilm_l6_en', 512); check_preset({local!r}, 64); load_vocabulary({local!r})\n"
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"tensorflow", "keras", "keras_hub", "numpy"}.isdisjoint(loaded)


@pytest.mark.parametrize(
    ("preset", "message"),
    [
        ("minilm_l6_em", "did you mean 'minilm_l6_en'"),
        ("bert_base_en_uncase", "did you mean 'bert_base_en_uncased'"),
        ("qqq", r"there is no preset 'qqq'; a folder"),
    ],
)
def test_unknown_name_is_told_the_nearest(preset: str, message: str) -> None:
    with pytest.raises(PresetError, match=message):
        check_preset(preset, 64)


@pytest.mark.parametrize("preset", ["bert_base_en_uncased", "bert_base_zh", "hf://google/bert"])
def test_names_that_kerashub_knows_pass(preset: str) -> None:
    check_preset(preset, 64)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tokenizer_class": "BertJapaneseTokenizer"}, 'tokenizer_class: "BertJapaneseTokenizer" is not supported'),
        ({"tokenize_chinese_chars": False}, "tokenize_chinese_chars: false is not supported"),
        ({"strip_accents": False}, "strip_accents: false is not supported; the tokeniser takes null or true"),
        ({"do_lower_case": False, "strip_accents": True}, "strip_accents: true is not supported"),
        ({"do_basic_tokenize": False}, "do_basic_tokenize: false"),
        ({"never_split": ["Word"]}, "never_split"),
    ],
)
def test_tokeniser_that_is_not_plain_bert_is_refused(
    tmp_path: pathlib.Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        load_vocabulary(_folder(tmp_path, HUGGING_FACE, settings))


@pytest.mark.parametrize(
    "settings",
    [
        {"tokenizer_class": "BertTokenizerFast", "strip_accents": None, "tokenize_chinese_chars": True},
        {"do_lower_case": False, "strip_accents": False, "tokenizer_class": "BertTokenizer"},
    ],
)
def test_settings_of_plain_bert_are_taken(tmp_path: pathlib.Path, settings: dict[str, Any]) -> None:
    vocabulary = load_vocabulary(_folder(tmp_path, HUGGING_FACE, settings))
    assert vocabulary.lowercase == settings.get("do_lower_case", True)


@pytest.mark.parametrize(
    ("tokenizer", "expected"),
    [
        ("{}", "True"),
        ('{"do_lower_case": false}', "False"),
        ('{"tokenize_chinese_chars": false}', "VocabularyError"),
        (None, "PresetError"),
    ],
)
def test_model_of_the_hugging_face_hub_is_read_as_a_folder_is(
    tmp_path: pathlib.Path, tokenizer: str | None, expected: str
) -> None:
    """Without a file, nothing is guessed."""
    files = {"vocab.txt": VOCABULARY.encode()}
    if tokenizer is not None:
        files["tokenizer_config.json"] = tokenizer.encode()
    assert _told_by_cache(tmp_path, files, "lowercase") == expected


def test_model_of_the_hub_may_have_sentence_pieces(tmp_path: pathlib.Path, train_pieces: Callable[..., bytes]) -> None:
    model = train_pieces("xlm_roberta", ["good film"] * 20, vocab_size=20)
    files = {"sentencepiece.bpe.model": model, "tokenizer_config.json": b"{}"}
    assert _told_by_cache(tmp_path, files, "num_ends_between") == "2"


def _told_by_cache(folder: pathlib.Path, files: Mapping[str, bytes], attribute: str) -> str:
    """What a vocabulary says that is in the hub's cache as a download leaves it, with the hub out of reach."""
    repository = folder / "hub" / "models--someone--bert"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    for name, content in files.items():
        (snapshot / name).write_bytes(content)
    code = (
        "from models.presets import load_vocabulary\n"
        f"try: print(load_vocabulary('hf://someone/bert').{attribute})\n"
        "except Exception as error: print(type(error).__name__)"
    )
    environment = {**os.environ, "HF_HOME": str(folder), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.split()[-1]
