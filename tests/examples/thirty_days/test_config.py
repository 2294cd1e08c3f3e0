"""The config of the example is one that runs take, and that judges as its README says."""

from examples.thirty_days.life import CONFIG, HERE
from pipeline.config_files.load_config import load_config


def test_models_are_judged_on_rows_of_the_day_against_the_model_in_service() -> None:
    config = load_config(HERE / CONFIG)
    assert config.evaluation.split == "test"
    assert config.data.test == str(HERE / "judged" / "today.csv")
    assert ("accuracy", 0.0) in [(each.metric, each.at_most_below_current) for each in config.evaluation.thresholds]
    assert (config.training.start_from, config.data.label_changes) == ("current", "extend")
