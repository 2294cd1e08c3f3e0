"""The peer of `batch_inference`: Hugging Face's pipeline answers the texts of a file in batches of like length.

Runs in the peers' environment (`make bench-setup`):
    python benchmarks/hugging_face_file.py --model FOLDER texts.jsonl answers.jsonl
"""

import argparse
import json
import pathlib

import torch
import transformers


def main() -> None:
    """Writes a line of JSON for each text, in the texts' order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a BERT in Hugging Face's form; its head is random")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("texts", type=pathlib.Path)
    parser.add_argument("answers", type=pathlib.Path)
    arguments = parser.parse_args()
    network = transformers.AutoModelForSequenceClassification.from_pretrained(
        arguments.model, num_labels=2, dtype=torch.bfloat16 if arguments.bf16 else torch.float32
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(arguments.model)
    pipeline = transformers.pipeline("text-classification", model=network, tokenizer=tokenizer, top_k=None)
    texts = [json.loads(line)["sentence"] for line in arguments.texts.read_text(encoding="utf-8").splitlines()]
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    with torch.inference_mode():
        found = pipeline([texts[number] for number in order], batch_size=32, truncation=True, max_length=128)
    answers = dict(zip(order, found, strict=True))
    with arguments.answers.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(answers[number]) + "\n" for number in range(len(texts)))


if __name__ == "__main__":
    main()
