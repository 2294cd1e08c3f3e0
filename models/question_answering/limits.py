"""What a row of a span network holds beside a question and a part of its context."""

NUM_SPECIAL_TOKENS = 3
"""`[CLS]` and two `[SEP]`; XLM-RoBERTa has one more, which is known where its vocabulary is."""
