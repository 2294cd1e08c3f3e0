"""What a SavedModel says of its signature of a name, without loading it."""

import dataclasses
import pathlib
from collections.abc import Mapping

import tensorflow as tf
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2


@dataclasses.dataclass(frozen=True)
class ServingSignature:
    """Tensors by name, each in words such as `string of rank 1`."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


def read_serving_signature(saved_model: pathlib.Path, name: str) -> ServingSignature | None:
    """Reads a signature of a SavedModel; None where the model has none of that name."""
    content = (saved_model / "saved_model.pb").read_bytes()
    for graph in saved_model_pb2.SavedModel.FromString(content).meta_graphs:
        if name in graph.signature_def:
            signature = graph.signature_def[name]
            return ServingSignature(_tensors(signature.inputs), _tensors(signature.outputs))
    return None


def _tensors(infos: Mapping[str, meta_graph_pb2.TensorInfo]) -> dict[str, str]:
    return {name: _in_words(info) for name, info in infos.items()}


def _in_words(info: meta_graph_pb2.TensorInfo) -> str:
    # Sizes are left out: another number of labels is not another signature.
    rank = "?" if info.tensor_shape.unknown_rank else len(info.tensor_shape.dim)
    return f"{tf.dtypes.as_dtype(info.dtype).name} of rank {rank}"
