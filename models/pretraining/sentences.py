"""Cuts documents into sentences: what begins and ends the segments of pre-training examples."""

import itertools
import re

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[^\sa-z])|[。！？]+[”’』」）]*")
"""A rough rule for any language: where it errs, a segment begins at another place, which does no harm."""


def split_sentences(text: str) -> list[str]:
    """Returns the sentences of a document: a line break ends one, and so does punctuation within a line.

    Args:
        text: Lines with one or several sentences each.
    """
    return [sentence for line in text.split("\n") for sentence in _of_line(line)]


def _of_line(line: str) -> list[str]:
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(line)), len(line)]
    parts = (line[start:end].strip() for start, end in itertools.pairwise(cuts))
    return [part for part in parts if part]
