"""Classify, Regress and MultiInference, by gRPC and REST."""

from typing import Any

import grpc
import pytest
from tensorflow.core.example import example_pb2
from tensorflow_serving.apis import classification_pb2, inference_pb2, input_pb2, regression_pb2

INVALID, FAILED = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION


def _example(**features: float) -> example_pb2.Example:
    example = example_pb2.Example()
    for name, value in features.items():
        example.features.feature[name].float_list.value.append(value)
    return example


def _input(*values: float) -> input_pb2.Input:
    examples = input_pb2.Input()
    examples.example_list.examples.extend(_example(x=value) for value in values)
    return examples


def _request(kind: Any, signature: str = "", examples: Any = None, model: str = "examples") -> Any:
    request = kind(input=_input(1.0, 2.0) if examples is None else examples)
    request.model_spec.name, request.model_spec.signature_name = model, signature
    return request


def _classify(served: Any, signature: str = "", examples: Any = None, model: str = "examples") -> Any:
    return served.prediction.Classify(_request(classification_pb2.ClassificationRequest, signature, examples, model))


def _regress(served: Any, signature: str = "regress", examples: Any = None, model: str = "examples") -> Any:
    return served.prediction.Regress(_request(regression_pb2.RegressionRequest, signature, examples, model))


def _rows(response: Any) -> list[list[tuple[str, float]]]:
    return [[(one.label, one.score) for one in row.classes] for row in response.result.classifications]


def test_classify_gives_labels_and_scores(served: Any) -> None:
    response = _classify(served)
    assert _rows(response) == [[("yes", 1.0), ("no", -1.0)], [("yes", 2.0), ("no", -2.0)]]
    spec = response.model_spec
    assert (spec.name, spec.version.value, spec.signature_name) == ("examples", 1, "serving_default")


def test_classify_without_classes_or_scores(served: Any) -> None:
    assert _rows(_classify(served, "classify_scores", _input(1.0))) == [[("", 1.0), ("", -1.0)]]
    assert _rows(_classify(served, "classify_classes", _input(1.0))) == [[("yes", 0.0), ("no", 0.0)]]


def test_regress_gives_one_value_for_each_example(served: Any) -> None:
    assert [row.value for row in _regress(served).result.regressions] == [10.0, 20.0]
    assert [row.value for row in _regress(served, "regress_column").result.regressions] == [1.0, 2.0]


def test_the_context_is_part_of_each_example(served: Any) -> None:
    examples = input_pb2.Input()
    examples.example_list_with_context.context.CopyFrom(_example(bias=100))
    examples.example_list_with_context.examples.extend([_example(x=1), _example(x=2)])
    assert [row.value for row in _regress(served, examples=examples).result.regressions] == [1010.0, 1020.0]


@pytest.mark.parametrize("ask", [_classify, _regress])
def test_requests_without_examples_are_refused(served: Any, ask: Any) -> None:
    with_context = input_pb2.Input()
    with_context.example_list_with_context.context.CopyFrom(_example(bias=1))
    for examples in (input_pb2.Input(), with_context):
        with pytest.raises(grpc.RpcError) as caught:
            ask(served, examples=examples)
        assert (caught.value.code(), caught.value.details()) == (INVALID, "Input is empty.")


@pytest.mark.parametrize(
    ("ask", "signature", "code", "message"),
    [
        (_classify, "x", INVALID, "No signature was found with the name: x"),
        (_regress, "x", INVALID, "No signature was found with the name: x"),
        (_classify, "two_inputs", INVALID, "Expected one input Tensor."),
        (_regress, "two_inputs", INVALID, "Expected one input Tensor."),
        (_classify, "many_outputs", INVALID, "Expected one or two output Tensors, found 3"),
        (_regress, "many_outputs", INVALID, "Expected one output Tensor."),
        (_classify, "other_input", FAILED, "No classification inputs found in SignatureDef: "),
        (_classify, "other_output", FAILED, "Expected classification signature outputs to contain at least one of "),
        (_regress, "other_regress_input", FAILED, "No regression inputs found in SignatureDef: "),
        (_regress, "other_output", FAILED, "No regression outputs found in SignatureDef: "),
        (_classify, "flat_scores", INVALID, "Expected Tensor shape: [batch_size num_classes] but got [2]"),
        (
            _regress,
            "regress_wide",
            INVALID,
            "Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [2,2]",
        ),
    ],
)
def test_signatures_of_another_form_are_refused(served: Any, ask: Any, signature: str, code: Any, message: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        ask(served, signature)
    assert caught.value.code() == code
    assert caught.value.details().startswith(message)


def test_errors_of_parse_example_pass_through(served: Any) -> None:
    wrong = _input()
    wrong.example_list.examples.add().features.feature["x"].int64_list.value.append(1)
    with pytest.raises(grpc.RpcError) as caught:
        _classify(served, examples=wrong)
    assert caught.value.code() == INVALID
    assert "Data types don't match" in caught.value.details()
    missing = _input()
    missing.example_list.examples.add()
    with pytest.raises(grpc.RpcError) as caught:
        _regress(served, examples=missing)
    assert "Feature: x (data type: float) is required but could not be found" in caught.value.details()


@pytest.mark.parametrize("ask", [_classify, _regress])
def test_lookup_errors_are_predicts(served: Any, ask: Any) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        ask(served, model="m")
    assert (caught.value.code(), caught.value.details()) == (
        grpc.StatusCode.NOT_FOUND,
        "Servable not found for request: Latest(m)",
    )


CLASSIFY, REGRESS = "tensorflow/serving/classify", "tensorflow/serving/regress"


def _multi(*tasks: tuple[str, str, str]) -> inference_pb2.MultiInferenceRequest:
    request = inference_pb2.MultiInferenceRequest(input=_input(1.0, 2.0))
    for model, signature, method in tasks:
        spec = request.tasks.add(method_name=method).model_spec
        spec.name, spec.signature_name = model, signature
    return request


def test_multi_inference_answers_all_tasks(served: Any) -> None:
    request = _multi(("examples", "", CLASSIFY), ("examples", "regress", REGRESS))
    first, second = served.prediction.MultiInference(request).results
    assert [row.classes[0].score for row in first.classification_result.classifications] == [1.0, 2.0]
    assert [row.value for row in second.regression_result.regressions] == [10.0, 20.0]
    assert (first.model_spec.signature_name, second.model_spec.signature_name) == ("serving_default", "regress")
    assert second.model_spec.version.value == 1


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (_multi(), INVALID, "ModelSpec has no name specified."),
        (
            _multi(("examples", "", CLASSIFY), ("half", "", CLASSIFY)),
            INVALID,
            "All ModelSpecs in a MultiInferenceRequest must access the same model name.",
        ),
        (
            _multi(("examples", "", CLASSIFY), ("", "", CLASSIFY)),
            INVALID,
            "Found ModelSpec with an empty model name.",
        ),
        (
            _multi(("examples", "regress", REGRESS), ("examples", "regress", REGRESS)),
            INVALID,
            "Duplicate evaluation of signature: regress",
        ),
        (_multi(("examples", "s", CLASSIFY)), INVALID, "Requested signature not found in model graph: s"),
        (
            _multi(("examples", "", "tensorflow/serving/predict")),
            grpc.StatusCode.UNIMPLEMENTED,
            "Unsupported signature method_name: tensorflow/serving/predict",
        ),
        (_multi(("examples", "two_inputs", CLASSIFY)), INVALID, "Expected one input Tensor."),
    ],
)
def test_multi_inference_refuses(served: Any, request_: Any, code: Any, message: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        served.prediction.MultiInference(request_)
    assert (caught.value.code(), caught.value.details()) == (code, message)


def test_rest_answers_under_results(served: Any) -> None:
    body = {"examples": [{"x": 1.0}, {"x": [2.5]}]}
    assert served.rest("POST", "/v1/models/examples:classify", body) == (
        200,
        {"results": [[["yes", 1.0], ["no", -1.0]], [["yes", 2.5], ["no", -2.5]]]},
    )
    body = {"signature_name": "regress", "context": {"bias": 1.0}, "examples": [{"x": 1.0}]}
    assert served.rest("POST", "/v1/models/examples/versions/1:regress", body) == (200, {"results": [20.0]})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "JSON Value: {} When method is classify, key 'examples' is expected and was not found"),
        ({"examples": 1}, "JSON Value: {\n    \"examples\": 1\n} Expecting 'examples' value to be an list/array"),
        ({"examples": []}, "JSON Value: {\n    \"examples\": []\n} 'examples' value is an empty array"),
        ({"examples": [1]}, "Example must be JSON object but got JSON Number"),
        ({"context": [], "examples": [{}]}, "Example must be JSON object but got JSON Array"),
        ({"examples": [{"x": [1, 2.0]}]}, "Unexpected element type in feature: x expecting type: int64"),
        ({"examples": [{"x": None}]}, "Feature: x has element with unexpected JSON type: Null"),
        ({"examples": [{"x": [[1]]}]}, "Feature: x has element with unexpected JSON type: Array"),
        ({"examples": [{"x": {"y": 1}}]}, "Feature: x has element with unexpected JSON type: Object"),
        ({"examples": [{"x": 2**63}]}, "Feature: x has uint64 element. Only int64 is supported."),
        ({"examples": [{"x": 1e39}]}, "Cannot convert JSON value: 1e+39 to float without loss of precision."),
        ({"examples": [{"\udc84": 1}]}, 'JSON Value: "?" is no name of a feature: it is not UTF-8'),
        ({"signature_name": "s", "examples": [{"x": 1.0}]}, "No signature was found with the name: s"),
    ],
)
def test_rest_bodies_that_do_not_fit(served: Any, body: Any, error: str) -> None:
    assert served.rest("POST", "/v1/models/examples:classify", body) == (400, {"error": error})


def test_whole_numbers_are_int64_and_others_float(served: Any) -> None:
    status, answer = served.rest("POST", "/v1/models/examples:classify", {"examples": [{"x": 2}]})
    assert status == 400
    assert "Data types don't match" in answer["error"]
