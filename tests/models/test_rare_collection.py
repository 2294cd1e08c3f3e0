"""Garbage is collected, but rarely, and not when a process ends."""

import subprocess
import sys

import pytest

_PROGRAM = """
import atexit, gc, sys
from models.rare_collection import collect_rarely

if sys.argv[1] == "rarely":
    collect_rarely()

class Cycle:
    def __init__(self, name):
        self.me, self.name = self, name
    def __del__(self):
        print(self.name)

atexit.register(print, "at exit")
Cycle("early")
lists = [[] for _ in range(200_000)]
print("lists are made")
Cycle("late")
"""


def _said(how: str) -> list[str]:
    command = [sys.executable, "-c", _PROGRAM, how]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("rarely", ["early", "lists are made", "at exit"]),
        ("as Python does", ["early", "lists are made", "at exit", "late"]),
    ],
)
def test_a_cycle_is_found_while_the_process_lives_and_let_be_at_its_end(how: str, said: list[str]) -> None:
    assert _said(how) == said
