"""Hugging Face's text-classification pipeline behind a common Python server (FastAPI on uvicorn): a peer of ours.

    python benchmarks/hugging_face_server.py --model FOLDER --port 8601 --threads 2 --at_once 1

Runs in an environment of its own (torch, transformers, fastapi, uvicorn). It answers what TensorFlow Serving's REST
answers, so that `benchmarks/serving_load.py --peer` can ask both.
"""

import argparse
import threading

import fastapi
import torch
import transformers
import uvicorn


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
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network = transformers.AutoModelForSequenceClassification.from_pretrained(
        arguments.model, num_labels=arguments.num_labels, dtype=torch.bfloat16 if arguments.bf16 else torch.float32
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(arguments.model)
    answer = transformers.pipeline("text-classification", model=network, tokenizer=tokenizer, top_k=None)
    free = threading.Semaphore(arguments.at_once)
    app = fastapi.FastAPI()

    # Not `async`: FastAPI runs it in a pool of threads, so that the server goes on taking requests.
    @app.post("/v1/models/m:predict")
    def predict(body: dict[str, list[str]]) -> dict[str, list[dict[str, object]]]:
        with free, torch.inference_mode():
            found = answer(body["instances"], truncation=True, max_length=arguments.max_length)
        return {
            "predictions": [
                {"label": scores[0]["label"], "scores": [score["score"] for score in scores]} for scores in found
            ]
        }

    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
