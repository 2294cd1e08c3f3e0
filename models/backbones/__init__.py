"""The kinds of encoders that tasks can be put on, and how each is made to look like a BERT."""
