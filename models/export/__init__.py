"""From a trained network to a SavedModel that answers raw texts."""
