import pathlib

import pytest

from pipeline.guess.pipeline_name import guess_name


@pytest.mark.parametrize(
    ("path", "is_one_of_many", "name"),
    [
        ("mail/tickets.csv", False, "tickets"),
        ("mail/Support Tickets (2024).csv.gz", False, "support_tickets_2024"),
        ("mail/tickets_train.csv", False, "tickets"),
        ("mail/train.csv", False, "mail"),
        ("mail/train-00000-of-00001.parquet", False, "mail"),
        ("mail/data/train.csv", False, "mail"),
        ("mail/part-1.csv", True, "mail"),
        ("mail/émojî 😀.csv", False, "emoji"),
        ("mail/票.csv", False, "mail"),
        ("/train.csv", False, "texts"),
    ],
)
def test_name_is_the_files_or_the_folders(tmp_path: pathlib.Path, path: str, is_one_of_many: bool, name: str) -> None:
    assert guess_name(tmp_path / path, is_one_of_many)[0] == name
