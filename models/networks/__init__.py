"""Heads and losses of the tasks, in Keras layers and `keras.ops` only."""
