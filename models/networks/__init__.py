"""Heads, losses and training metrics of the tasks, in Keras layers and `keras.ops` only."""
