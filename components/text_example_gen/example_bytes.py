"""The serialized form of an example."""

from tensorflow.core.example import example_pb2

from models.tasks.task import Features


def example_bytes(features: Features) -> bytes:
    """Returns a serialized tf.Example of single byte strings; equal features give equal bytes."""
    example = example_pb2.Example()
    feature = example.features.feature
    for name, value in features.items():
        feature[name].bytes_list.value.append(value)
    return example.SerializeToString(deterministic=True)
