"""Pre-training: examples made of documents, hidden pieces, and how well they are guessed."""
