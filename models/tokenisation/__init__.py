"""BERT's own tokenisation as a TensorFlow graph: characters, word pieces, and the packing of segments."""
