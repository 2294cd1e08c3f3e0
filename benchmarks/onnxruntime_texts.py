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
    classifier = Classifier(arguments.model)
    found = {}
    for path in arguments.texts:
        texts = path.read_text(encoding="utf-8").splitlines()
        seconds = []
        for text in [*texts[: arguments.warm_up], *texts]:
            started = time.perf_counter()
            classifier.scores(text)
            seconds.append(time.perf_counter() - started)
        found[path.name] = statistics.median(seconds[arguments.warm_up :]) * 1000
    print(json.dumps(found))


class Classifier:
    """Raw texts to probabilities."""

    def __init__(self, model: str, max_length: int = 128, threads: int = 0) -> None:
        """Exports a model and loads it, with onnxruntime's own optimisations.

        Args:
            model: A BERT in Hugging Face's form.
            max_length: Pieces of a text.
            threads: Of one request; 0 for all processors.
        """
        network = transformers.AutoModelForSequenceClassification.from_pretrained(model, num_labels=2).eval()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        with tempfile.TemporaryDirectory() as folder:
            torch.onnx.export(
                Logits(network),
                (torch.ones(2, 16, dtype=torch.int64),) * 3,
                f"{folder}/model.onnx",
                input_names=list(INPUTS),
                dynamic_axes={name: {0: "batch", 1: "length"} for name in INPUTS},
                dynamo=False,
            )
            providers = ["CPUExecutionProvider"]
            self._session = onnxruntime.InferenceSession(f"{folder}/model.onnx", options, providers=providers)
        self._tokenizer = tokenizers.Tokenizer.from_file(f"{model}/tokenizer.json")
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length)

    def scores(self, text: str) -> list[float]:
        """The probability of each class."""
        encoding = self._tokenizer.encode(text)
        columns = (encoding.ids, encoding.attention_mask, encoding.type_ids)
        feed = {name: np.array([column], "int64") for name, column in zip(INPUTS, columns, strict=True)}
        [[logits]] = self._session.run(None, feed)
        powers = np.exp(logits - logits.max())
        scores: list[float] = (powers / powers.sum()).tolist()
        return scores


if __name__ == "__main__":
    main()
