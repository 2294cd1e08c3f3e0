"""TextExampleGen: reads text files into tf.Examples."""
