"""A report with everything in it, its page, and a browser to look at it."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from components.evaluator.row_summary import ClassCount, WrongRow
from components.report.report import (
    AnomalyFacts,
    CalibrationBin,
    ColumnFacts,
    Curve,
    DataFacts,
    LabelCurve,
    LabelRows,
    LengthFacts,
    LineageStep,
    MetricFacts,
    MetricRow,
    MetricValue,
    NumberHistogram,
    Outcome,
    RejectReason,
    Report,
    RowFacts,
    RunFacts,
    SourceFacts,
    ThresholdFacts,
    ThresholdPoint,
    TrainingFacts,
)
from components.serving_validator.validation import Check, Latency, Validation

EVIL = "<script>document.title='broken'</script>\"'&$x$ {{ 1 }}"


def _row(group: str, name: str, value: float | None, current: float | None = 0.9) -> MetricRow:
    interval = None if value is None else (value - 0.05, value + 0.02)
    found = MetricValue(value, interval, current, (0.85, 0.95), (-0.1, 0.1))
    count = MetricValue(12.0, None, 12.0, None, None)
    return MetricRow(group, name, {"accuracy": found, "example_count": count})


def _histogram(split: str) -> NumberHistogram:
    return NumberHistogram(split, (0.0, 10.0, 20.0, 30.0), (3.0, 5.0, 1.0), {"half": 12.0, "longest": 29.0})


@pytest.fixture(scope="session")
def report() -> Report:
    """What a classifier's run with all kinds of trouble tells; every text of the data is as evil as can be."""
    points = tuple(ThresholdPoint(n / 100, None if n > 95 else 0.5 + n / 250, 1 - n / 100) for n in range(100))
    return Report(
        outcome=Outcome("refused", f"Nothing was promoted: accuracy of {EVIL} is low.", None, 3),
        run=RunFacts(
            name="tickets",
            run="2026-01-02T03-04-05",
            written_at="2026-01-02T03:04:05+00:00",
            task="text_classification",
            config={"name": "tickets", "model": {"preset": "tiny", "sequence_length": 16}},
            code="0123456789abcdef",
            versions={"python": "3.11"},
            machine={"cores": "2"},
        ),
        metrics=MetricFacts(
            split="eval",
            confidence=0.95,
            directions={"accuracy": True, "example_count": None},
            overall=_row("", "all rows", 0.8765432101234),
            slices=(_row("channel", EVIL, 0.5), _row("channel", "mail", 1.0), _row("text_length", "0-50", None, None)),
            labels=(_row("label", EVIL, 0.25), _row("label", "ok", 0.75)),
            checks=(ThresholdFacts("accuracy at least 0.9", "all rows", False, f"accuracy is 0.88 {EVIL}"),),
            has_current=True,
            incomparable="",
        ),
        rows=RowFacts(
            num_rows=12,
            num_wrong=2,
            classes=(EVIL, "ok"),
            confusion=((4, 2), (0, 6)),
            confusions=(ClassCount(EVIL, "ok", 2),),
            calibration=(CalibrationBin(3, 0.35, 0.5), CalibrationBin(9, 0.95, 1.0)),
            curves=(LabelCurve("", 12, points), LabelCurve(EVIL, 6, points), LabelCurve("ok", 6, points)),
            pairs=((0.0, 0.1), (1.0, 0.8)),
            worst=(
                WrongRow({"text": f"{EVIL} {'long ' * 200}{'w' * 300}"}, EVIL, "ok", 0.9, 0.95),
                WrongRow({"text": "short"}, EVIL, "ok", 0.1, 0.55),
            ),
        ),
        serving=Validation(
            checks=(Check("load", True, "it loads"), Check("parity", False, f"{EVIL} differs")),
            latencies=(Latency("0-50", 100, 2.5, 3.5, 4.25), Latency("51-100", 100, 5.0, 6.0, 9.0)),
        ),
        training=TrainingFacts(
            curves=(
                Curve("loss", ((1, 2.0), (2, 1.0)), ((2, 1.5),)),
                Curve("accuracy", ((1, 0.5), (2, 0.75)), ((2, 0.7),)),
            ),
            monitor="accuracy",
            best=(2, 0.7),
            steps=2,
            seconds=61.0,
        ),
        data=DataFacts(
            rows=15,
            rejected=1,
            examples={"train": 12, "eval": 2},
            sources=(SourceFacts(f"/data/{'deep/' * 30}{EVIL}.csv", 15, {"train": 12, "eval": 2}, 1),),
            reasons=(RejectReason("empty text", 1, f"/data/{EVIL}.csv:3", EVIL),),
            damaged=(EVIL,),
            anomalies=(AnomalyFacts("eval", EVIL, "new values", EVIL),),
            columns=(ColumnFacts("train", EVIL, 12, 0, 3, None), ColumnFacts("train", "score", 12, 0, None, 0.5)),
            labels=(LabelRows(EVIL, {"train": 10, "eval": 1}), LabelRows("ok", {"train": 2, "eval": 1})),
            numbers=(_histogram("train"),),
            lengths=(LengthFacts("token_ids", (_histogram("train"), _histogram("eval")), 30, {"train": 1, "eval": 0}),),
        ),
        lineage=(
            LineageStep("data", "", None, f"/data/{EVIL}", "../%3Cscript%3E"),
            LineageStep("model", "Trainer", 7, "gs://bucket/model", None),
        ),
    )


@pytest.fixture(scope="session")
def page(report: Report, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The page of that report, as a file."""
    from components.report.page import render_page

    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_page(report), encoding="utf-8")
    return path


@dataclasses.dataclass
class Browser:
    """A headless Chromium, spoken to in its DevTools protocol through two pipes."""

    process: subprocess.Popen[bytes]
    to_browser: int
    from_browser: int
    session: str = ""
    last_id: int = 0
    buffer: bytes = b""
    events: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method and waits for its answer; what comes in between is kept."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            found = self._receive()
            if found.get("id") == self.last_id:
                assert "error" not in found, found
                return dict(found["result"])
            self.events.append(found)

    def open(self, path: pathlib.Path, width: int = 1200, dark: bool = False) -> None:
        """Opens a page of its own."""
        self.session, self.events = "", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def value(self, expression: str) -> Any:
        """What a piece of JavaScript gives."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def complaints(self) -> list[dict[str, Any]]:
        """Errors and warnings of the page so far."""
        return [
            event
            for event in self.events
            if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
        ]

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            received = os.read(self.from_browser, 1 << 16)
            assert received, "the browser is gone"
            self.buffer += received
        message, _, self.buffer = self.buffer.partition(b"\0")
        return dict(json.loads(message))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Starts Chromium, or skips."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed (`apt-get install chromium`)")
    commands, answers = os.pipe(), os.pipe()

    def connect() -> None:
        # The protocol's pipes are its descriptors 3 and 4.
        reading, writing = os.dup(commands[0]), os.dup(answers[1])
        os.dup2(reading, 3)
        os.dup2(writing, 4)

    folder = tmp_path_factory.mktemp("chromium")
    process = subprocess.Popen(
        [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--remote-debugging-pipe", f"--user-data-dir={folder}",
        ],
        preexec_fn=connect,
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(commands[0])
    os.close(answers[1])
    yield Browser(process, commands[1], answers[0])
    process.terminate()
    process.wait(timeout=30)
