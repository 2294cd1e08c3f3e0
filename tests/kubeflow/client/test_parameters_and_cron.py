"""Parameters of a run, cron expressions and compiled files, each checked before anything is sent."""

import pathlib
from typing import Any

import pytest

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.kubeflow.client.compiled_pipeline import CompiledPipeline
from pipeline.kubeflow.client.parameters import check_values, run_parameters
from pipeline.kubeflow.cron import CRON_EXAMPLE, fault_of_cron

DECLARED: dict[str, dict[str, Any]] = {
    "text": {"parameterType": "STRING", "isOptional": True},
    "whole": {"parameterType": "NUMBER_INTEGER", "defaultValue": 1},
    "number": {"parameterType": "NUMBER_DOUBLE", "isOptional": True},
    "flag": {"parameterType": "BOOLEAN", "isOptional": True},
    "list": {"parameterType": "LIST", "isOptional": True},
    "struct": {"parameterType": "STRUCT", "isOptional": True},
}


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("text=", ""),
        ("text=a=b", "a=b"),
        ("text=3", "3"),
        ("text=多い", "多い"),
        ("whole=-3", -3),
        ("number=3", 3.0),
        ("number=3e-5", 3e-5),
        ("flag=True", True),
        ("flag=false", False),
        ('list=[1, "a"]', [1, "a"]),
        ('struct={"a": 1}', {"a": 1}),
    ],
)
def test_a_value_gets_its_parameters_type(assignment: str, value: Any) -> None:
    ((name, read),) = run_parameters([assignment], DECLARED).items()
    assert name == assignment.split("=")[0]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("assignments", "said"),
    [
        (["text"], "write it as name=value"),
        (["texts=a"], "did you mean text?"),
        (["zzz=a"], "there are flag, list, number, struct, text, whole"),
        (["text=a", "text=b"], "given twice"),
        (["whole=3.0"], "'3.0' is not a whole number"),
        (["whole="], "'' is not a whole number"),
        (["number=fast"], "is not a number"),
        (["number=nan"], "is not a number"),
        (["number=inf"], "is not a number"),
        (["flag=1"], "is not true or false"),
        (["list={}"], "is not a JSON array"),
        (["list=[1"], "is not a JSON array"),
        (["struct=[]"], "is not a JSON object"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_told(assignments: list[str], said: str) -> None:
    with pytest.raises(UserError, match="--parameter") as told:
        run_parameters(assignments, DECLARED)
    assert said in str(told.value)


def test_a_parameter_without_a_default_must_be_given() -> None:
    declared = {**DECLARED, "day": {"parameterType": "STRING"}}
    with pytest.raises(UserError, match="the pipeline asks for day: give --parameter day="):
        run_parameters([], declared)
    assert run_parameters(["day=1"], declared) == {"day": "1"}


@pytest.mark.parametrize(
    "expression",
    [
        CRON_EXAMPLE,
        "0 0 2 * * *",
        "  0  0 2 * * * ",
        "0,30 */15 9-17 1 jan-mar MON-FRI",
        "59 59 23 31 12 6",
        "0 0 0 1 1 0",
        "0 0 9 ? * 2-6",
        "0 5/10 * * * *",
        "0 0 0/2 * * SUN",
    ],
)
def test_six_fields_are_a_cron_expression(expression: str) -> None:
    assert fault_of_cron(expression) is None


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "has 0 fields"),
        ("0 2 * * *", "has 5 fields"),
        ("0 0 2 * * * 2026", "has 7 fields"),
        ("@daily", "has 1 field and not six"),
        ("60 0 2 * * *", "'60' for the second"),
        ("0 60 2 * * *", "'60' for the minute"),
        ("0 0 24 * * *", "'24' for the hour"),
        ("0 0 2 0 * *", "'0' for the day of the month"),
        ("0 0 2 32 * *", "'32' for the day of the month"),
        ("0 0 2 * 13 *", "'13' for the month"),
        ("0 0 2 * mon *", "'mon' for the month"),
        ("0 0 2 * * 7", "'7' for the day of the week"),
        ("0 0 2 * * L", "'L' for the day of the week"),
        ("0 0 17-9 * * *", "'17-9' for the hour"),
        ("0 */0 2 * * *", "'*/0' for the minute"),
        ("0 1,,2 2 * * *", "'1,,2' for the minute"),
        ("0 1-2-3 2 * * *", "'1-2-3' for the minute"),
        ("0 1-foo 2 * * *", "'1-foo' for the minute"),
        ("0 -1 2 * * *", "'-1' for the minute"),
        ("0 ٣ 2 * * *", "for the minute"),
    ],
)
def test_what_is_wrong_with_a_cron_expression_is_told_with_a_right_one(expression: str, said: str) -> None:
    fault = fault_of_cron(expression) or ""
    assert said in fault
    assert repr(CRON_EXAMPLE) in fault


def test_a_compiled_file_tells_its_name_version_and_parameters(pipeline_file: pathlib.Path) -> None:
    compiled = CompiledPipeline.read(pipeline_file)
    assert compiled.name == "tickets"
    assert compiled.version.startswith("tickets-")
    assert len(compiled.version) == len("tickets-") + 12
    assert set(compiled.parameters) == {"training_epochs", "training_learning_rate", "evaluation_split"}
    pipeline_file.write_text(pipeline_file.read_text() + "\n")
    assert CompiledPipeline.read(pipeline_file).version != compiled.version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file"),
        ("", "is no compiled pipeline"),
        ("name: tickets\n", "is no compiled pipeline"),
        ("- a\n", "is no compiled pipeline"),
        ("pipelineInfo: {name: a}\n", "is no compiled pipeline"),
        ("a: [", "is no YAML"),
        ("\x00", "is no YAML"),
    ],
)
def test_a_file_that_is_no_compiled_pipeline_is_told(tmp_path: pathlib.Path, text: str | None, said: str) -> None:
    path = tmp_path / "pipeline.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UserError, match=said):
        CompiledPipeline.read(path)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"training_epochs": 0}, r"training\.epochs"),
        ({"evaluation_thresholds": '[{"metric": "acuracy", "at_least": 0.9}]'}, "acuracy: not a metric of"),
        ({"evaluation_split": "tests"}, "data has no split 'tests'"),
        ({"data_span": "12"}, "span"),
    ],
)
def test_a_value_that_the_config_could_not_have_is_refused_before_it_is_sent(
    values: dict[str, Any], message: str
) -> None:
    config = PipelineConfig(name="tickets", task="text_classification", data={"path": "rows.csv"})
    check_values({"training_epochs": 2, "evaluation_split": "test"}, config)
    with pytest.raises(UserError, match=message):
        check_values(values, config)
