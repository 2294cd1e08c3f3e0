"""Hugging Face's text-classification pipeline, or onnxruntime, behind a common Python server (FastAPI on uvicorn).

    python benchmarks/hugging_face_server.py --model FOLDER --port 8601 --threads 2 --at_once 1

Runs in an environment of its own (torch, transformers, fastapi, uvicorn). It answers what TensorFlow Serving's REST
answers, so that `benchmarks/serving_load.py --peer` can ask both.
"""

import argparse
import threading
from collections.abc import Callable

import fastapi
import torch
import transformers
import uvicorn
from onnxruntime_texts import Classifier


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a BERT in Hugging Face's form; its head may be random")
    parser.add_argument("--num_labels", type=int, default=2)
    parser.add_argument("--max_length", type=int, default=128)
    parser.add_argument("--port", type=int, default=8601)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch, for one request")
    parser.add_argument("--at_once", type=int, default=1, help="requests that the network answers at the same time")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--onnxruntime", action="store_true", help="instead of torch")
    arguments = parser.parse_args()
    answer = _with_onnxruntime(arguments) if arguments.onnxruntime else _with_torch(arguments)
    free = threading.Semaphore(arguments.at_once)
    app = fastapi.FastAPI()

    # Not `async`: FastAPI runs it in a pool of threads, so that the server goes on taking requests.
    @app.post("/v1/models/m:predict")
    def predict(body: dict[str, list[str]]) -> dict[str, list[dict[str, object]]]:
        with free:
            scores = answer(body["instances"])
        return {"predictions": [{"label": str(row.index(max(row))), "scores": row} for row in scores]}

    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


def _with_torch(arguments: argparse.Namespace) -> Callable[[list[str]], list[list[float]]]:
    torch.set_num_threads(arguments.threads)
    network = transformers.AutoModelForSequenceClassification.from_pretrained(
        arguments.model, num_labels=arguments.num_labels, dtype=torch.bfloat16 if arguments.bf16 else torch.float32
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(arguments.model)
    pipeline = transformers.pipeline("text-classification", model=network, tokenizer=tokenizer, top_k=None)

    def answer(texts: list[str]) -> list[list[float]]:
        with torch.inference_mode():
            found = pipeline(texts, truncation=True, max_length=arguments.max_length)
        return [[label["score"] for label in sorted(row, key=lambda label: label["label"])] for row in found]

    return answer


def _with_onnxruntime(arguments: argparse.Namespace) -> Callable[[list[str]], list[list[float]]]:
    classifier = Classifier(arguments.model, arguments.max_length, arguments.threads)
    return lambda texts: [classifier.scores(text) for text in texts]


if __name__ == "__main__":
    main()
