"""Which releases of TensorFlow Serving can load a SavedModel, by the ops of tensorflow-text in it."""

import pathlib

from models.user_error import UserError

Version = tuple[int, int]

_NEVER: Version = (10**6, 0)

# The stock server has tensorflow-text built in, and not always the one of its own number: 2.8.2 in its releases 2.8 to
# 2.11, 2.12.1 in 2.12 to 2.19, 2.18.1 or later from 2.20 on (org_tensorflow_text in tensorflow/serving's WORKSPACE;
# tensorflow/serving#2064, #2267 and pull request #4057). Which ops these have was read from their wheels.
_FIRST_RELEASE: dict[str, Version] = {
    **dict.fromkeys(
        (
            "CaseFoldUTF8", "ConstrainedSequence", "FastWordpieceTokenizeWithOffsets", "FindSourceOffsets",
            "MaxSpanningTree", "NormalizeUTF8", "NormalizeUTF8WithOffsetsMap", "RegexSplitWithOffsets",
            "SentenceFragments", "SentenceFragmentsV2", "SentencepieceDetokenizeOp", "SentencepieceIdToStringOp",
            "SentencepieceOp", "SentencepieceStringToIdOp", "SentencepieceTokenizeOp",
            "SentencepieceTokenizeWithOffsetsOp", "SentencepieceVocabSizeOp", "SplitMergeTokenizeWithOffsets",
            "TFText>FastWordpieceDetokenize", "TFText>WhitespaceTokenizeWithOffsetsV2", "TokenizerFromLogits",
            "UnicodeScriptTokenizeWithOffsets", "WhitespaceTokenizeWithOffsets", "WordpieceTokenizeWithOffsets",
        ),
        (2, 8),
    ),
    **dict.fromkeys(
        (
            "FastBertNormalize", "PhraseTokenize", "TFText>BoiseTagsToOffsets", "TFText>ByteSplitByOffsets",
            "TFText>ByteSplitWithOffsets", "TFText>FastSentencepieceDetokenize", "TFText>FastSentencepieceTokenize",
            "TFText>NgramsStringJoin", "TFText>OffsetsToBoiseTags", "TFText>PhraseDetokenize",
        ),
        (2, 12),
    ),
    **dict.fromkeys(("TFText>RoundRobinGenerateMasks", "TFText>RoundRobinTrim", "TFText>Utf8Binarize"), (2, 20)),
}  # fmt: skip


def parse_release(text: str) -> Version:
    """The release `2.20` or `2.20.1` of TensorFlow Serving as numbers.

    Raises:
        UserError: It is no release.
    """
    major, _, rest = text.partition(".")
    minor = rest.partition(".")[0]
    if not (major.isdigit() and minor.isdigit()):
        raise UserError(f"{text!r} is no release of TensorFlow Serving; write it as 2.20")
    return int(major), int(minor)


def ops_unknown_to(release: Version, saved_model: pathlib.Path) -> dict[str, str]:
    """The ops of a SavedModel that a server does not have.

    Args:
        release: The server's.
        saved_model: The folder of the model. Nothing of it is loaded.

    Returns:
        By op what the server has to be. TensorFlow's own ops are not looked at: a server of an older TensorFlow than
        the model's may lack some, but most are as old as TensorFlow 2.
    """
    needed = {op: _first_release(op) for op in ops_of(saved_model)}
    return {
        op: f"TensorFlow Serving {first[0]}.{first[1]} or later" if first != _NEVER else "a server built with it"
        for op, first in sorted(needed.items())
        if first > release
    }


def ops_of(saved_model: pathlib.Path) -> set[str]:
    """The types of all nodes in a SavedModel's graphs and their functions."""
    from tensorflow.core.protobuf import saved_model_pb2

    found: set[str] = set()
    for meta_graph in saved_model_pb2.SavedModel.FromString((saved_model / "saved_model.pb").read_bytes()).meta_graphs:
        functions = {function.signature.name for function in meta_graph.graph_def.library.function}
        nodes = [meta_graph.graph_def.node, *(function.node_def for function in meta_graph.graph_def.library.function)]
        found.update(node.op for part in nodes for node in part if node.op not in functions)
    return found


def _first_release(op: str) -> Version:
    import tensorflow as tf

    if op in _FIRST_RELEASE:
        return _FIRST_RELEASE[op]
    # TensorFlow's own, whatever other libraries have registered; its internal ones begin with an underscore.
    return (0, 0) if op.startswith("_") or hasattr(tf.raw_ops, op) else _NEVER
