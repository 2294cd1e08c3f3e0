"""The serialized form of an example."""

from tensorflow.core.example import example_pb2

from models.tasks.interface.contract import Features


def example_bytes(features: Features) -> bytes:
    """Returns a serialized tf.Example; equal features give equal bytes."""
    example = example_pb2.Example()
    feature = example.features.feature
    for name, value in features.items():
        match value:
            case bytes():
                feature[name].bytes_list.value.append(value)
            case ():
                # Left out: data validation tells a list of no values from one that is not there.
                continue
            case tuple():
                feature[name].bytes_list.value.extend(value)
            case _:
                feature[name].float_list.value.append(value)
    return example.SerializeToString(deterministic=True)
