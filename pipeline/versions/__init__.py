"""The served versions of a model, for people: listed, compared, promoted by hand, rolled back."""
