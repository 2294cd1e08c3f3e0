from pipeline.requests.blank_texts import BlankTexts
from pipeline.requests.texts import RequestText


def test_blank_texts_are_left_out_and_counted() -> None:
    chunks = [["a", ""], [" \t", "\u3000"], ["b"]]
    texts = [
        [RequestText(text, f"{text!r} of chunk {number}") for text in chunk] for number, chunk in enumerate(chunks)
    ]
    blanks = BlankTexts()
    kept = list(blanks.left_out(iter(texts)))
    assert [[text.text for text in chunk] for chunk in kept] == [["a"], ["b"]]
    assert blanks.num_blank == 3
    assert blanks.describe() == "3 blank texts were left out, the first is '' of chunk 0"
