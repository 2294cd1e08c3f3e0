import itertools

import pytest
import tensorflow as tf
import tokenizers

from models.network_inputs import network_inputs
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.text_packer import TextPacker
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

VOCABULARY = Vocabulary((*SPECIAL_TOKENS, "a", "b"), lowercase=True)
PAD, CLS, SEP, A, B = 0, 2, 3, 5, 6


def ragged(rows: list[list[int]]) -> tf.RaggedTensor:
    return tf.ragged.constant(rows, tf.int32, ragged_rank=1)


@pytest.mark.parametrize("sequence_length", range(3, 12))
def test_rows_equal_those_of_tokenizers(sequence_length: int) -> None:
    peer = tokenizers.BertWordPieceTokenizer({token: index for index, token in enumerate(VOCABULARY.tokens)})
    peer.enable_truncation(sequence_length, strategy="longest_first")
    sizes = list(itertools.product(range(11), repeat=2))
    expected = peer.encode_batch([("a " * first, "b " * second) for first, second in sizes])
    segments = [ragged([[A] * first for first, _ in sizes]), ragged([[B] * second for _, second in sizes])]
    packed = TextPacker(VOCABULARY, sequence_length).pack(segments)
    assert packed["token_ids"].to_list() == [encoding.ids for encoding in expected]
    assert packed["segment_ids"].to_list() == [encoding.type_ids for encoding in expected]


def test_one_segment_is_cut_at_its_end() -> None:
    packed = TextPacker(VOCABULARY, 4).pack([ragged([[A, B, B], [], [A, B]])])
    assert packed["token_ids"].to_list() == [[CLS, A, B, SEP], [CLS, SEP], [CLS, A, B, SEP]]
    assert packed["segment_ids"].to_list() == [[0] * 4, [0] * 2, [0] * 4]


def test_rows_are_padded_to_the_longest() -> None:
    packer = TextPacker(VOCABULARY, 8)
    dense = network_inputs(packer.pack([ragged([[A], []]), ragged([[B], []])]))
    assert dense["token_ids"].numpy().tolist() == [[CLS, A, SEP, B, SEP], [CLS, SEP, SEP, PAD, PAD]]
    assert dense["segment_ids"].numpy().tolist() == [[0, 0, 0, 1, 1], [0, 0, 1, 0, 0]]
    assert dense["padding_mask"].numpy().tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
    assert {tensor.dtype for tensor in dense.values()} == {tf.int32}


def test_stored_rows_may_be_int64_and_lack_segments() -> None:
    packer = TextPacker(VOCABULARY, 8)
    packed = packer.pack([ragged([[A, B], []])])
    stored = {"token_ids": tf.cast(packed["token_ids"], tf.int64)}
    for name, tensor in network_inputs(packed).items():
        again = network_inputs(stored)[name]
        assert (again.dtype, again.numpy().tolist()) == (tf.int32, tensor.numpy().tolist())


@pytest.mark.parametrize(("multiple_of", "length"), [(1, 3), (2, 4), (3, 3), (8, 8)])
def test_padded_length_is_a_multiple(multiple_of: int, length: int) -> None:
    packer = TextPacker(VOCABULARY, 8)
    dense = network_inputs(packer.pack([ragged([[A], []])]), multiple_of)
    assert {tuple(tensor.shape) for tensor in dense.values()} == {(2, length)}


def test_an_empty_batch_has_no_rows_but_a_first_token_to_pool() -> None:
    packer = TextPacker(VOCABULARY, 8)
    nothing = tf.RaggedTensor.from_row_splits(tf.zeros([0], tf.int32), [0])
    dense = network_inputs(packer.pack([nothing, nothing]), multiple_of=8)
    assert {tuple(tensor.shape) for tensor in dense.values()} == {(0, 8)}


def test_a_graph_gives_what_eager_mode_gives() -> None:
    packer = TextPacker(VOCABULARY, 6)
    segments = [ragged([[A, A, A], [], [A]]), ragged([[B], [B, B, B, B], []])]
    eager = network_inputs(packer.pack(segments), multiple_of=4)
    graph = tf.function(lambda a, b: network_inputs(packer.pack([a, b]), multiple_of=4))(*segments)
    for name, tensor in eager.items():
        assert tensor.numpy().tolist() == graph[name].numpy().tolist()


def test_packing_uses_no_op_that_only_new_servers_know() -> None:
    packer = TextPacker(VOCABULARY, 6)
    spec = tf.RaggedTensorSpec([None, None], tf.int32)
    function = tf.function(lambda a, b: network_inputs(packer.pack([a, b]))).get_concrete_function(spec, spec)
    types = {operation.type for operation in function.graph.get_operations()}
    assert not {name for name in types if "TFText" in name}


def test_wrong_use_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        TextPacker(VOCABULARY, 2)
    with pytest.raises(ValueError, match="one or two segments, not 3"):
        TextPacker(VOCABULARY, 8).pack([ragged([[A]])] * 3)


@pytest.mark.parametrize("sequence_length", range(4, 12))
def test_pairs_with_two_ends_between_are_those_of_tokenizers(sequence_length: int) -> None:
    ids = {"<s>": 0, "</s>": 2, "a": 5, "b": 6}
    peer = tokenizers.Tokenizer(tokenizers.models.WordLevel(ids, unk_token="a"))
    peer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    peer.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s>:0 $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    peer.enable_truncation(sequence_length, strategy="longest_first")
    sizes = list(itertools.product(range(9), repeat=2))
    expected = peer.encode_batch([("a " * first, "b " * second) for first, second in sizes])
    pieces = SentencePieces(
        b"", 9, start_id=0, end_id=2, mask_id=8, unknown_id=3, model_unknown_id=0, num_ends_between=2
    )
    packer = TextPacker(pieces, sequence_length)
    segments = [ragged([[A] * first for first, _ in sizes]), ragged([[B] * second for _, second in sizes])]
    packed = packer.pack(segments)
    assert packed["token_ids"].to_list() == [encoding.ids for encoding in expected]
    assert packed["segment_ids"].to_list() == [encoding.type_ids for encoding in expected]
    assert packer.pack(segments[:1])["token_ids"].to_list()[-1] == [0, *[A] * min(8, sequence_length - 2), 2]


def test_too_short_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        TextPacker(VOCABULARY, 2)
