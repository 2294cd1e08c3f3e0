"""The page to try models, in a real browser, over models that answer as those of each task do."""

import importlib.util
import json
import pathlib
import sys
import time
import types
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

EVIL = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>&amp;'"
SENTENCE = "😀 Ada Lovelace met Charles Babbage in London."
CONTEXT = "Our shop opens at nine. 🛍 Returns are accepted within 30 days of delivery."


def _of_report() -> Any:
    path = pathlib.Path(__file__).resolve().parents[2] / "components" / "report" / "conftest.py"
    spec = importlib.util.spec_from_file_location("report_conftest", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# The browser of the other page in this project.
browser = _of_report().browser


def _place(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def _answers() -> dict[str, dict[str, Any]]:
    """By model: its text inputs, and what it answers to anything, without the batch dimension."""
    entities = [("PER", "Ada Lovelace"), ("PER", "Charles Babbage"), ("LOC", "London"), ("", "")]
    places = [_place(SENTENCE, text) if text else (-1, -1) for _, text in entities]
    start, end = _place(CONTEXT, "within 30 days")
    return {
        "topics": {
            "inputs": ["text"],
            "classes": [EVIL, "billing", *(f"other {number}" for number in range(18))],
            "scores": [0.03, 0.91, *[0.06 / 18] * 18],
            "label": "billing",
            "score": 0.91,
        },
        "feelings": {
            "inputs": ["text"],
            "classes": ["joy", "fear", "love"],
            "scores": [0.8, 0.01, 0.6],
            "labels": ["joy", "love", ""],
            "label_scores": [0.8, 0.6, 0.0],
        },
        "names": {
            "inputs": ["text"],
            "types": [kind for kind, _ in entities],
            "texts": [text for _, text in entities],
            "starts": [place[0] for place in places],
            "ends": [place[1] for place in places],
            "scores": [0.99, 0.98, 0.97, 0.0],
            "num_entities": 3,
        },
        "pages": {
            "inputs": ["context", "question"],
            "answer": "within 30 days",
            "start": start,
            "end": end,
            "score": 7.5,
            "no_answer_score": -3.25,
            "answers": ["within 30 days", "30 days", ""],
            "starts": [start, start + 7, -1],
            "ends": [end, end, -1],
            "scores": [7.5, 6.25, -1e9],
        },
        "unanswered": {"inputs": ["context", "question"], "answer": "", "start": -1, "end": -1, "score": -1.0},
        "prices": {"inputs": ["text", "text_pair"], "score": 12.5},
        "vectors": {"inputs": ["text"], "embedding": [((-1) ** n) / 8 for n in range(64)]},
        "words": {
            "inputs": ["text"],
            "filled": "a refund for my order",
            "tokens": [["refund", "invoice"], ["order", "parcel"]],
            "scores": [[0.7, 0.2], [0.9, 0.05]],
        },
        "strange": {"inputs": ["text"], "types": 1.5, "texts": 2.5, "starts": 3.5, "ends": 4.5},
        "foreign": {
            "inputs": ["anything"],
            "shape": [None, 1],
            "probabilities": [0.25, 0.75],
            "token": 2**53 + 1,
            "odd": float("nan"),
        },
    }


def _export(folder: pathlib.Path, answer: Mapping[str, Any]) -> None:
    import tensorflow as tf

    def answered(**inputs: tf.Tensor) -> dict[str, tf.Tensor]:
        size = tf.size(next(iter(inputs.values())))
        outputs = {}
        for name, value in answer.items():
            if name not in ("inputs", "shape"):
                constant = tf.constant(value, tf.int64 if isinstance(value, int) and value > 2**31 else None)
                outputs[name] = tf.repeat(constant[None], size, axis=0)
        return outputs

    shape = answer.get("shape", [None])
    specs = {name: tf.TensorSpec(shape, tf.string, name=name) for name in answer["inputs"]}
    function = tf.function(answered, autograph=False)
    examples = tf.function(
        lambda examples: {"size": tf.size(examples)},
        input_signature=[tf.TensorSpec([None], tf.string, name="examples")],
    )
    signatures = {"serving_default": function.get_concrete_function(**specs), "serve_examples": examples}
    if "embedding" in answer:
        pair = {name: tf.TensorSpec([None], tf.string, name=name) for name in ("text", "text_pair")}
        compare = tf.function(lambda text, text_pair: {"similarity": tf.zeros(tf.shape(text)) + 0.5}, autograph=False)
        signatures["compare"] = compare.get_concrete_function(**pair)
    tf.saved_model.save(tf.Module(), str(folder), signatures=signatures)


@pytest.fixture(scope="module")
def base(exported: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("try")
    for name, answer in _answers().items():
        _export(folder / name / "1", answer)
    (folder / "numbers").mkdir()
    (folder / "numbers" / "1").symlink_to(exported / "half1")
    entries = [
        f'config {{ name: "{path.name}" base_path: "{path}" model_platform: "tensorflow" }}'
        for path in folder.iterdir()
    ]
    (folder / "models.config").write_text("model_config_list {\n" + "\n".join(entries) + "\n}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def served_with_page(serve: Any, base: pathlib.Path) -> Iterator[Any]:
    with serve(model_config_file=base / "models.config", ui=True) as running:
        yield running


class Page:
    """The page in the browser, as a person uses it."""

    def __init__(self, browser: Any, port: int, model: str = "", **open_options: Any) -> None:
        self.browser = browser
        browser.open(types.SimpleNamespace(as_uri=lambda: f"http://127.0.0.1:{port}/"), **open_options)
        self.wait_for("document.title != 'Try a model'")
        if model:
            self.choose("model", model)
            self.wait_for(f"document.title == 'Try {model}'")

    def wait_for(self, condition: str) -> None:
        deadline = time.monotonic() + 20
        while not self.browser.value(condition):
            assert time.monotonic() < deadline, self.browser.value("document.body.innerText")
            time.sleep(0.02)

    def choose(self, select: str, name: str) -> None:
        self.browser.value(
            f"(() => {{ const box = document.getElementById('{select}'); box.value = {json.dumps(name)};"
            " box.dispatchEvent(new Event('change', {bubbles: true})) })()"
        )

    def type_into(self, field: str, text: str) -> None:
        self.browser.value(f"document.querySelector('textarea[name={field}]').focus()")
        self.browser.call("Input.insertText", text=text)

    def press(self, key: str, code: int, modifiers: int = 0) -> None:
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.browser.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, modifiers=modifiers, **text
            )

    def ask(self, **texts: str) -> None:
        for field, text in texts.items():
            self.type_into(field, text)
        self.browser.value("document.getElementById('ask').click()")
        self.wait_for("!document.getElementById('wire').hidden")

    def text(self, selector: str = "#answer") -> str:
        return str(self.browser.value(f"document.querySelector({json.dumps(selector)}).innerText"))

    def texts(self, selector: str) -> list[str]:
        return list(
            self.browser.value(f"[...document.querySelectorAll({json.dumps(selector)})].map(each => each.textContent)")
        )


@pytest.fixture
def open_page(browser: Any, served_with_page: Any) -> Iterator[Any]:
    yield lambda model, **options: Page(browser, served_with_page.rest_port, model, **options)
    browser.call("Page.close")


def test_labels_are_bars_by_score(open_page: Any) -> None:
    page = open_page("topics")
    page.ask(text="I was charged twice")
    assert page.text(".verdict") == "billing"
    assert page.texts(".bars .name")[:2] == ["billing", EVIL]
    assert page.texts(".bars .number")[:2] == ["0.9100", "0.0300"]
    assert page.texts(".chosen .name") == ["billing"]
    assert page.texts(".bars .name")[12:] == []
    assert "8 more are less likely." in page.text()
    widths = page.browser.value(
        "[...document.querySelectorAll('.fill')].map(each => each.getBoundingClientRect().width)"
    )
    assert 25 < widths[0] / widths[1] < 35
    assert page.text("#version").startswith("version 1, answered in ")
    assert page.browser.complaints() == []


def test_markup_stays_text(open_page: Any) -> None:
    page = open_page("topics")
    page.ask(text=EVIL)
    assert page.browser.value("document.title") == "Try topics"
    assert page.browser.value("document.images.length + document.scripts.length") == 1
    assert EVIL in page.text()
    page = open_page("unanswered")
    page.ask(question="?", context=EVIL)
    assert page.text(".text") == EVIL
    assert page.text(".verdict") == "The text has no answer."
    assert page.browser.value("document.images.length") == 0
    assert page.browser.complaints() == []


def test_several_labels_are_chosen(open_page: Any) -> None:
    page = open_page("feelings")
    page.ask(text="thank you")
    assert page.text(".verdict") == "joy, love"
    assert page.texts(".chosen .name") == ["joy", "love"]
    assert page.texts(".bars .name") == ["joy", "love", "fear"]


def test_entities_are_marked_where_they_are(open_page: Any) -> None:
    page = open_page("names")
    page.ask(text=SENTENCE)
    assert page.texts("mark") == ["Ada LovelacePER", "Charles BabbagePER", "LondonLOC"]
    assert page.texts("mark .type") == ["PER", "PER", "LOC"]
    assert page.texts("tbody tr:last-child td") == ["LOC", "London", "38 to 44", "0.9700"]
    colours = page.browser.value(
        "[...document.querySelectorAll('mark')].map(each => getComputedStyle(each).borderColor)"
    )
    assert colours[0] == colours[1] != colours[2]
    page.type_into("text", " And so on.")
    assert page.browser.complaints() == []


def test_offsets_that_do_not_fit_mark_nothing(open_page: Any) -> None:
    page = open_page("names")
    page.ask(text="short")
    assert page.texts("mark") == []
    assert page.text(".text") == "short"


def test_the_answer_is_marked_in_its_context(open_page: Any) -> None:
    page = open_page("pages")
    assert page.texts(".field span") == ["question", "context"]
    page.ask(question="How long?", context=CONTEXT)
    assert page.text(".verdict") == "within 30 days"
    assert page.texts("mark") == ["within 30 days"]
    assert page.text(".text") == CONTEXT
    assert page.texts("tbody td") == ["within 30 days", "7.5000", "30 days", "6.2500"]


def test_a_pair_gives_a_number(open_page: Any) -> None:
    page = open_page("prices")
    page.ask(text="one", text_pair="two")
    assert page.texts("dt, .figure") == ["score", "12.5000"]
    curl = page.texts("#curl")[0]
    assert '"inputs":{"text":["one"],"text_pair":["two"]}' in curl
    assert curl.endswith("/v1/models/prices:predict")


def test_vectors_are_drawn_and_other_signatures_can_be_asked(open_page: Any) -> None:
    page = open_page("vectors")
    assert page.texts("#signature option") == ["serving_default", "compare"]
    page.ask(text="a text")
    assert page.browser.value("document.querySelectorAll('svg rect').length") == 64
    assert page.browser.value("document.querySelector('svg').getAttribute('aria-label')") == (
        "64 numbers from -0.1250 to 0.1250"
    )
    assert "64 numbers of length 1.0000: 0.1250, -0.1250," in page.text("figcaption")
    page.choose("signature", "compare")
    page.wait_for("document.querySelectorAll('textarea').length == 2")
    assert page.browser.value("document.querySelector('textarea').value") == "a text"
    page.ask(text_pair="another")
    assert page.texts("dt, .figure") == ["similarity", "0.5000"]


def test_masks_have_their_guesses(open_page: Any) -> None:
    page = open_page("words")
    page.ask(text="a [MASK] for my [MASK]")
    assert page.text(".verdict") == "a refund for my order"
    assert page.texts("h2") == ["[MASK] 1", "[MASK] 2"]
    assert page.texts(".bars .name") == ["refund", "invoice", "order", "parcel"]


def test_whatever_else_is_shown_by_its_shape(open_page: Any) -> None:
    page = open_page("foreign")
    page.ask(anything="x")
    assert page.texts("dt") == ["odd", "probabilities", "token"]
    assert page.texts("dd") == ["null", "[0.25,0.75]", str(2**53 + 1)]
    assert '"inputs":{"anything":[["x"]]}' in page.texts("#curl")[0]
    assert page.browser.complaints() == []


def test_outputs_of_known_names_and_other_shapes_are_shown_too(open_page: Any) -> None:
    page = open_page("strange")
    page.ask(text="x")
    assert page.texts("dt, .figure") == ["ends", "4.5000", "starts", "3.5000", "texts", "2.5000", "types", "1.5000"]


def test_a_model_without_texts_is_told(open_page: Any) -> None:
    page = open_page("numbers")
    page.wait_for("!document.getElementById('error').hidden")
    assert page.text("#error") == "numbers has no signature that reads texts."
    assert page.browser.value("document.querySelectorAll('textarea').length") == 0
    page.browser.value("document.getElementById('error').textContent = ''")
    page.browser.value("document.getElementById('ask').click()")
    page.wait_for("document.getElementById('error').textContent == 'numbers has no signature that reads texts.'")
    page.choose("model", "topics")
    page.wait_for("document.title == 'Try topics'")
    page.ask(text="x")
    assert page.browser.value("document.getElementById('error').hidden")


def test_the_keyboard_is_enough(open_page: Any) -> None:
    page = open_page("prices")
    page.type_into("text", "one")
    page.press("Tab", 9)
    page.browser.call("Input.insertText", text="two")
    page.press("Enter", 13, modifiers=2)
    page.wait_for("!document.getElementById('wire').hidden")
    assert '["one"]' in page.texts("#curl")[0]
    assert '["two"]' in page.texts("#curl")[0]
    page.press("Tab", 9)
    assert page.browser.value("document.activeElement.id") == "ask"
    page.browser.value("document.getElementById('curl').textContent = ''")
    page.press("Enter", 13)
    page.wait_for("document.getElementById('curl').textContent != ''")
    # Every control has a name.
    unnamed = "[...document.querySelectorAll('textarea, select')].filter(each => !each.labels.length).length"
    assert page.browser.value(unnamed) == 0


@pytest.mark.parametrize("width", [375, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_the_screen(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("topics", width=width, dark=dark)
    for model in ("topics", "names", "vectors"):
        page.choose("model", model)
        page.wait_for(f"document.title == 'Try {model}'")
        page.ask(text="w" * 300)
        assert page.browser.value("innerWidth") == width
        assert page.browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    background = page.browser.value("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(20, 23, 26)" if dark else "rgb(255, 255, 255)")


def test_what_goes_wrong_is_told(browser: Any, serve: Any, base: pathlib.Path) -> None:
    with serve(model_name="topics", model_base_path=str(base / "topics"), ui=True) as served:
        page = Page(browser, served.rest_port)
        page.ask(text="x")
        # Half a character is no text.
        page.browser.value("document.querySelector('textarea').value = '\\ud83d'")
        page.browser.value("document.getElementById('ask').click()")
        page.wait_for("!document.getElementById('error').hidden")
        assert "surrogate" in page.text("#error")
        assert page.text() == ""
        page.browser.value("document.querySelector('textarea').value = 'y'")
    page.browser.value("document.getElementById('ask').click()")
    page.wait_for("document.getElementById('error').textContent.startsWith('The server does not answer.')")
    assert page.browser.value("document.getElementById('error').getAttribute('role')") == "alert"
    browser.call("Page.close")


def test_a_new_version_takes_over_without_a_word(
    browser: Any, serve: Any, base: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "1").symlink_to(base / "prices" / "1")
    with serve(model_name="m", model_base_path=str(tmp_path), ui=True) as served:
        page = Page(browser, served.rest_port)
        page.ask(text="one", text_pair="two")
        (tmp_path / "2").symlink_to(base / "prices" / "1")
        served.wait_for("m", {2: "AVAILABLE", 1: "END"})
        page.browser.value("document.getElementById('ask').click()")
        page.wait_for("document.getElementById('version').textContent.startsWith('version 2, answered')")
        assert page.texts(".figure") == ["12.5000"]
        assert '["two"]' in page.texts("#curl")[0]
        browser.call("Page.close")
