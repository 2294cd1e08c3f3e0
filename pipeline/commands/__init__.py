"""The commands of `bertline`, one file each; TensorFlow and TFX are imported when a command needs them."""
