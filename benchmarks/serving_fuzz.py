"""Sends the model server requests that are half right, by gRPC and REST: it must refuse them, and nothing else.

    python -m benchmarks.serving_fuzz --requests 100000 --seed 1

A finding is whatever a client's mistake must not cause: a status that blames the server (INTERNAL, UNKNOWN,
UNAVAILABLE, 5xx but 501), no answer in time, a lost connection, a server that ended.
"""

import argparse
import collections
import http.client
import json
import pathlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from serving.server.process import ServerProcess

_SIGNATURES = ("", "int32", "string", "float32", "matrix", "classify", "regress", "text", "no such")
_MODELS = ("types", "types", "types", "none")
_BLAMES_THE_SERVER = ("INTERNAL", "UNKNOWN", "UNAVAILABLE", "DEADLINE_EXCEEDED", "DATA_LOSS")
_SECONDS = 60


def main() -> None:
    """Prints what the answers were; exits with 1 where there was a finding."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=10_000, help="half of them by gRPC")
    parser.add_argument("--seed", type=int, default=0)
    options, flags = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        _export(pathlib.Path(folder, "types", "1"))
        model = ["--model_name=types", f"--model_base_path={folder}/types"]
        with ServerProcess([*model, *flags]) as server:
            findings = _fuzz(server, options.requests // 2, random.Random(options.seed))
            print(f"{len(findings)} findings; resident memory {_resident(server.process_id)} MiB")
            for finding in list({finding[:80]: finding for finding in findings}.values())[:20]:
                print(finding)
            if findings:
                print(server.log()[-3000:])
    sys.exit(bool(findings))


def _fuzz(server: ServerProcess, number: int, choice: random.Random) -> list[str]:
    findings: list[str] = []
    for kind, ask in (("REST", _rest(server, choice)), ("gRPC", _grpc(server, choice))):
        started, outcomes = time.monotonic(), collections.Counter[str]()
        for _ in range(number):
            outcome, finding = next(ask)
            outcomes[outcome] += 1
            if finding:
                findings.append(f"{kind} {outcome}: {finding}")
        print(kind, dict(outcomes.most_common()), f"in {time.monotonic() - started:.0f} s", flush=True)
    return findings


def _rest(server: ServerProcess, choice: random.Random) -> Iterator[tuple[str, str]]:
    host, _, port = server.rest_address.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=_SECONDS)
    while True:
        path, body = f"/v1/models/{choice.choice(_MODELS)}{_action(choice)}", _body(choice)
        method = choice.choice(("POST", "POST", "POST", "POST", "GET"))
        try:
            connection.request(method, path, body, {"Content-Encoding": "gzip"} if choice.random() < 0.02 else {})
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            yield type(error).__name__, f"{method} {path} {body!r}"
            continue
        is_finding = response.status >= 500 and response.status != 501
        yield str(response.status), f"{answer!r} to {method} {path} {body!r}" if is_finding else ""


def _action(choice: random.Random) -> str:
    version = choice.choice(("", "", "", "/versions/1", "/versions/9", "/labels/x"))
    return version + choice.choice((":predict", ":predict", ":predict", ":classify", ":regress", "", "/metadata", ":x"))


def _body(choice: random.Random) -> bytes:
    names = ("instances", "inputs", "examples", "context", "x")
    document: Any = {choice.choice(names): _value(choice) for _ in range(choice.randrange(4))}
    if choice.random() < 0.7:
        document["signature_name"] = choice.choice(_SIGNATURES)
    return _damaged(json.dumps(document).encode(), choice)


def _value(choice: random.Random, depth: int = 0) -> Any:
    kind = choice.random()
    if depth > 4 or kind < 0.5:
        numbers = (0, 1, -1, 2**31, 2**63, 2**64, 1.5, 1e39, 1e308, float("nan"), float("inf"))
        return choice.choice((*numbers, True, None, "", "x", "ü", {"b64": "AA=="}, {"b64": 1}, [], {}))
    if kind < 0.8:
        return [_value(choice, depth + 1) for _ in range(choice.randrange(4))]
    keys = ("x", "text", "inputs", "b64", "examples")
    return {choice.choice(keys): _value(choice, depth + 1) for _ in range(choice.randrange(3))}


def _grpc(server: ServerProcess, choice: random.Random) -> Iterator[tuple[str, str]]:
    import grpc

    requests = _messages()
    with grpc.insecure_channel(server.grpc_address) as channel:
        while True:
            method, build = choice.choice(requests)
            request = build(choice)
            payload = _damaged(request.SerializeToString(), choice)
            try:
                channel.unary_unary(f"/tensorflow.serving.{method}")(payload, timeout=_SECONDS)
                yield "OK", ""
            except grpc.RpcError as error:
                name = error.code().name
                yield name, f"{error.details()} to {method} {payload!r}" if name in _BLAMES_THE_SERVER else ""


def _messages() -> list[tuple[str, Callable[[random.Random], Any]]]:
    from tensorflow_serving.apis import (
        classification_pb2,
        get_model_metadata_pb2,
        get_model_status_pb2,
        inference_pb2,
        predict_pb2,
        regression_pb2,
    )

    def predict(choice: random.Random) -> Any:
        request = predict_pb2.PredictRequest(output_filter=choice.choice(((), (), ("y",), ("z",))))
        _fill_spec(request.model_spec, choice)
        for name in choice.choice((("x",), ("x",), ("x",), ("text",), ("x", "y"), ())):
            _fill_tensor(request.inputs[name], choice)
        return request

    def on_examples(message: Any) -> Callable[[random.Random], Any]:
        def build(choice: random.Random) -> Any:
            request = message()
            _fill_spec(request.model_spec if hasattr(request, "model_spec") else request.tasks.add().model_spec, choice)
            for _ in range(choice.randrange(3)):
                feature = request.input.example_list.examples.add().features.feature[choice.choice(("x", "y"))]
                getattr(feature, choice.choice(("float_list", "int64_list"))).value.append(1)
            return request

        return build

    def about(message: Any, **fields: Any) -> Callable[[random.Random], Any]:
        def build(choice: random.Random) -> Any:
            request = message(**(fields if choice.random() < 0.8 else {}))
            _fill_spec(request.model_spec, choice)
            return request

        return build

    metadata = about(get_model_metadata_pb2.GetModelMetadataRequest, metadata_field=["signature_def"])
    prediction = "PredictionService"
    return [
        *[(f"{prediction}/Predict", predict)] * 6,
        (f"{prediction}/Classify", on_examples(classification_pb2.ClassificationRequest)),
        (f"{prediction}/Regress", on_examples(regression_pb2.RegressionRequest)),
        (f"{prediction}/MultiInference", on_examples(inference_pb2.MultiInferenceRequest)),
        (f"{prediction}/GetModelMetadata", metadata),
        ("ModelService/GetModelStatus", about(get_model_status_pb2.GetModelStatusRequest)),
    ]


def _fill_spec(spec: Any, choice: random.Random) -> None:
    spec.name, spec.signature_name = choice.choice(_MODELS), choice.choice(_SIGNATURES)
    if choice.random() < 0.1:
        spec.version.value = choice.choice((1, 9, -1, 2**62))
    elif choice.random() < 0.1:
        spec.version_label = "x"


def _fill_tensor(tensor: Any, choice: random.Random) -> None:
    tensor.dtype = choice.choice((1, 1, 2, 3, 3, 4, 7, 7, 9, 10, 14, 19, 21, 0, 99, 8))
    for _ in range(choice.randrange(3)):
        tensor.tensor_shape.dim.add(size=choice.choice((0, 1, 1, 2, 2, 3, -1, 2**40, 1000)))
    tensor.tensor_shape.unknown_rank = choice.random() < 0.03
    number = choice.randrange(5)
    field = choice.choice(("float_val", "int_val", "string_val", "tensor_content", ""))
    if field == "tensor_content":
        tensor.tensor_content = choice.randbytes(choice.randrange(40))
    elif field:
        value = {"float_val": 1.0, "int_val": 1, "string_val": b"\xff"}[field]
        getattr(tensor, field).extend([value] * number)


def _damaged(payload: bytes, choice: random.Random) -> bytes:
    """One in five requests has some bytes that are others."""
    if choice.random() >= 0.2 or not payload:
        return payload
    damaged = bytearray(payload)
    for _ in range(choice.randrange(1, 4)):
        damaged[choice.randrange(len(damaged))] = choice.randrange(256)
    return bytes(damaged)


def _export(folder: pathlib.Path) -> None:
    import tensorflow as tf

    def function(name: str, shape: Any, dtype: Any, work: Callable[[Any], Any]) -> Any:
        return tf.function(work, autograph=False).get_concrete_function(tf.TensorSpec(shape, dtype, name=name))

    def parsed(inputs: Any) -> Any:
        return tf.io.parse_example(inputs, {"x": tf.io.FixedLenFeature([], tf.float32)})["x"]

    signatures = {
        name: function("x", None, getattr(tf, name), lambda x: {"y": tf.identity(x)})
        for name in ("float32", "int32", "string")
    }
    signatures["serving_default"] = function("text", [None], tf.string, lambda text: {"y": tf.strings.length(text)})
    decoded = lambda x: {"y": tf.strings.unicode_decode(x, "UTF-8").to_tensor()}  # noqa: E731
    signatures["text"] = function("x", [None], tf.string, decoded)
    signatures["matrix"] = function("x", [None, 2], tf.float32, lambda x: {"y": x @ tf.eye(2)})
    signatures["classify"] = function("inputs", [None], tf.string, lambda inputs: {"scores": parsed(inputs)[:, None]})
    signatures["regress"] = function("inputs", [None], tf.string, lambda inputs: {"outputs": parsed(inputs)})
    tf.saved_model.save(tf.Module(), str(folder), signatures=signatures)


def _resident(process_id: int) -> int:
    status = pathlib.Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
