"""The peer of `single_texts`: raw texts to probabilities by the `tokenizers` package and onnxruntime, in process.

Runs in the peers' environment (`make bench-setup`):
    python benchmarks/onnxruntime_texts.py --model FOLDER --texts FILE
"""

import argparse
import json
import pathlib
import statistics
import tempfile
import time

import numpy as np
import onnxruntime
import tokenizers
import torch
import transformers

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Logits(torch.nn.Module):
    """A classifier whose inputs have an order."""

    def __init__(self, model: torch.nn.Module) -> None:
        """Wraps a model of transformers."""
        super().__init__()
        self._model = model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
        """The logits alone."""
        return self._model(input_ids=ids, attention_mask=mask, token_type_ids=segments).logits


def main() -> None:
    """Prints the median milliseconds of a text for each file, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a BERT in Hugging Face's form; its head is random")
    parser.add_argument("--texts", type=pathlib.Path, action="append", required=True, help="a text a line; repeatable")
    parser.add_argument("--warm-up", type=int, default=20)
    arguments = parser.parse_args()
    session = exported(arguments.model)
    tokenizer = tokenizers.Tokenizer.from_file(f"{arguments.model}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(128)
    found = {}
    for path in arguments.texts:
        texts = path.read_text(encoding="utf-8").splitlines()
        seconds = [timed(session, tokenizer, text) for text in [*texts[: arguments.warm_up], *texts]]
        found[path.name] = statistics.median(seconds[arguments.warm_up :]) * 1000
    print(json.dumps(found))


def exported(model: str) -> onnxruntime.InferenceSession:
    """A session on all processors, with onnxruntime's own optimisations."""
    network = transformers.AutoModelForSequenceClassification.from_pretrained(model, num_labels=2).eval()
    with tempfile.TemporaryDirectory() as folder:
        torch.onnx.export(
            Logits(network),
            (torch.ones(2, 16, dtype=torch.int64),) * 3,
            f"{folder}/model.onnx",
            input_names=list(INPUTS),
            dynamic_axes={name: {0: "batch", 1: "length"} for name in INPUTS},
            dynamo=False,
        )
        return onnxruntime.InferenceSession(f"{folder}/model.onnx", providers=["CPUExecutionProvider"])


def timed(session: onnxruntime.InferenceSession, tokenizer: tokenizers.Tokenizer, text: str) -> float:
    """Seconds from a text to its probabilities."""
    started = time.perf_counter()
    encoding = tokenizer.encode(text)
    columns = (encoding.ids, encoding.attention_mask, encoding.type_ids)
    feed = {name: np.array([column], "int64") for name, column in zip(INPUTS, columns, strict=True)}
    [logits] = session.run(None, feed)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    powers / powers.sum(axis=-1, keepdims=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
