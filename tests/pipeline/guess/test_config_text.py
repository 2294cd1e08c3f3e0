import yaml

from pipeline.guess.config_text import config_text


def test_text_reads_well_and_back() -> None:
    values = {
        "name": "tickets",
        "data": {"path": "on: a, b.csv", "header": False, "columns": {"text": "0", "label": "no"}},
        "training": {"learning_rate": 2e-4, "epochs": 3},
        "evaluation": {
            "slices": ("text_length", "1"),
            "thresholds": ({"metric": "accuracy", "at_least": 0.5}, {"metric": "mcc", "at_least": 0.005}),
        },
    }
    text = config_text("A heading", values, {"data.path": "why", "evaluation.thresholds": "a reason"})
    assert text == (
        "# A heading\n"
        "name: tickets\n"
        "data:\n"
        "  path: 'on: a, b.csv'  # why\n"
        "  header: false\n"
        "  columns: {text: '0', label: 'no'}\n"
        "training:\n"
        "  learning_rate: 2.0e-4\n"
        "  epochs: 3\n"
        "evaluation:\n"
        "  slices: [text_length, '1']\n"
        "  # a reason\n"
        "  thresholds:\n"
        "    - {metric: accuracy, at_least: 0.5}\n"
        "    - {metric: mcc, at_least: 0.005}\n"
    )
    read = yaml.safe_load(text)
    assert read["training"] == values["training"]
    assert read["data"] == values["data"]
