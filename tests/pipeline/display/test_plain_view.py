import io

from models.training.progress import TrainingProgress
from pipeline.display.plain_view import PlainView


class _Unread(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def _progress(step: int, **val_metrics: float) -> TrainingProgress:
    return TrainingProgress((step - 1) // 10 + 1, 3, step, 30, {"loss": 0.5, **val_metrics}, 7.25, 61.0)


def test_training_is_told_at_first_every_ten_seconds_and_when_an_epoch_ends() -> None:
    output, now = io.StringIO(), 0.0
    view = PlainView(output, lambda: now)
    for step in range(1, 31):
        now += 1.7
        view.training_changed(_progress(step, **({"val_loss": 0.25} if step == 20 else {})))
    lines = output.getvalue().splitlines()
    assert [int(line.split("step ")[1].split("/")[0]) for line in lines] == [1, 7, 10, 16, 20, 26, 30]
    assert lines[0] == "    epoch 1/3  step 1/30  loss 0.5000  7.2 examples/s  1:01 left"
    assert lines[4] == "    epoch 2/3  step 20/30  loss 0.5000  val_loss 0.2500  7.2 examples/s  1:01 left"


def test_nobody_reading_stops_nothing() -> None:
    PlainView(_Unread()).write("a line")
