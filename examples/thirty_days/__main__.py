"""Lives thirty days of a shop's model in an hour, and checks what they have to show.

    python -m examples.thirty_days ../life --days 30

The table is printed day by day; a life that was stopped goes on. Exits with 1 if a claim does not hold.
"""

import argparse
import dataclasses
import json
import pathlib
import sys

from examples.thirty_days.claims import broken_claims, learnt
from examples.thirty_days.day import Day
from examples.thirty_days.life import Life
from examples.thirty_days.plan import Plan
from examples.thirty_days.table import line_of, table

_DAYS = "days.json"


def main() -> int:
    """Lives, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="keeps all of it")
    for name in ("days", "drift_day", "topic_day", "rows", "new_rows"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Plan(), name))
    arguments = vars(parser.parse_args())
    folder = arguments.pop("folder").absolute()
    plan, days = Plan(**arguments), _lived(folder)
    print(table(days), flush=True)
    for day in Life(folder, plan).days(tuple(days)):
        days.append(day)
        print(line_of(day), flush=True)
        (folder / _DAYS).write_text(json.dumps([dataclasses.asdict(each) for each in days], indent=1))
    share = learnt(plan, days)
    if share.rows:
        print(f"\n{plan.topic}: {share.right} of {share.rows} messages recognised when they came, after it was learnt")
    faults = broken_claims(plan, days)
    print("\n".join(["", *(f"broken: {fault}" for fault in faults)]) if faults else "\nall claims hold")
    return 1 if faults else 0


def _lived(folder: pathlib.Path) -> list[Day]:
    path = folder / _DAYS
    return [Day.from_json(fields) for fields in json.loads(path.read_text())] if path.exists() else []


if __name__ == "__main__":
    sys.exit(main())
