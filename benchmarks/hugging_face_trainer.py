"""The peer of `fine-tuning`: Hugging Face's Trainer with dynamic padding and length grouping, on the same rows.

Runs in an environment of its own with torch, transformers and accelerate (never in the product's):
    python benchmarks/hugging_face_trainer.py --model FOLDER --train train.tsv --eval dev.tsv
"""

import argparse
import csv
import json
import pathlib
import time

import torch
import transformers


def read_rows(path: pathlib.Path) -> list[tuple[tuple[str, ...], int]]:
    """Rows of SST-2 or MRPC: one sentence or two, and the label."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if "Quality" in (rows.fieldnames or ()):
            return [((row["#1 String"], row["#2 String"]), int(row["Quality"])) for row in rows]
        return [((row["sentence"],), int(row["label"])) for row in rows]


class Rows(torch.utils.data.Dataset):
    """Tokenised rows at their true length; the collator pads a batch."""

    def __init__(
        self, rows: list[tuple[tuple[str, ...], int]], tokenizer: transformers.PreTrainedTokenizerBase
    ) -> None:
        """Tokenises all rows at once."""
        columns = [list(column) for column in zip(*(texts for texts, _ in rows), strict=True)]
        encoded = tokenizer(*columns, truncation=True, max_length=128)
        self._items = [
            {**{name: values[number] for name, values in encoded.items()}, "labels": label}
            for number, (_, label) in enumerate(rows)
        ]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._items)

    def __getitem__(self, index: int) -> dict[str, object]:
        """One row."""
        return self._items[index]


def main() -> None:
    """Trains, evaluates and prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--train", type=pathlib.Path, required=True)
    parser.add_argument("--eval", type=pathlib.Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--save", help="folder for the trained model")
    options = parser.parse_args()

    transformers.set_seed(options.seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(options.model, num_labels=2)
    train, dev = (Rows(read_rows(path), tokenizer) for path in (options.train, options.eval))
    trainer = transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(
            output_dir="/tmp/hugging_face_trainer",
            num_train_epochs=options.epochs,
            per_device_train_batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            warmup_steps=0.1,  # a fraction below 1 is a share of all steps
            weight_decay=0.01,
            train_sampling_strategy="group_by_length",
            bf16=options.bf16,
            use_cpu=True,
            seed=options.seed,
            report_to=[],
            save_strategy="no",
            logging_steps=50,
            disable_tqdm=True,
        ),
        train_dataset=train,
        processing_class=tokenizer,
        data_collator=transformers.DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda prediction: {
            "accuracy": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())
        },
    )
    started = time.monotonic()
    trainer.train()
    seconds = time.monotonic() - started
    accuracy = trainer.evaluate(dev)["eval_accuracy"]
    if options.save:
        trainer.save_model(options.save)
    print(
        json.dumps(
            {
                "peer": f"transformers {transformers.__version__}, torch {torch.__version__}",
                "precision": "bfloat16" if options.bf16 else "float32",
                "examples_per_second": round(len(train) * options.epochs / seconds, 1),
                "accuracy": round(accuracy, 4),
                "training_seconds": round(seconds, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
