"""The peer of `fine_tuning --fixed-length`: all rows padded to 128 pieces, Keras' own layers, optimizer and loop.

It is what TFX's own BERT examples do. Trains on some of the rows, for it is slow:
    python -m benchmarks.fixed_length_trainer --train train.tsv --eval dev.tsv
"""

import argparse
import csv
import json
import pathlib
import time

import keras
import tensorflow as tf

from models.network_inputs import network_inputs
from models.presets import load_backbone, load_vocabulary
from models.tokenisation.text_encoder import TextEncoder

PRESET, MAX_LENGTH, BATCH_SIZE = "minilm_l6_en", 128, 32


def main() -> None:
    """Trains and prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=pathlib.Path, required=True)
    parser.add_argument("--eval", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=1600, help="to train on, after a first step that is not counted")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--bf16", action="store_true")
    options = parser.parse_args()

    keras.utils.set_random_seed(options.seed)
    backbone = load_backbone(PRESET, "mixed_bfloat16" if options.bf16 else "float32")
    pooled = keras.layers.Dropout(0.1)(backbone.output["pooled_output"])
    network = keras.Model(backbone.inputs, keras.layers.Dense(2, activation="softmax", dtype="float32")(pooled))
    optimizer = keras.optimizers.AdamW(5e-5, clipnorm=1.0)
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(_batches(options.train, BATCH_SIZE), verbose=0)
    train = _batches(options.train, options.rows)
    started = time.monotonic()
    network.fit(train, epochs=options.epochs, verbose=0)
    seconds = time.monotonic() - started
    accuracy = network.evaluate(_batches(options.eval), return_dict=True, verbose=0)["accuracy"]
    rate = options.rows * options.epochs / seconds
    print(json.dumps({"examples_per_second": round(rate, 1), "accuracy": round(accuracy, 4)}))


def _batches(path: pathlib.Path, num_rows: int | None = None) -> tf.data.Dataset:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[:num_rows]
    encoder = TextEncoder(load_vocabulary(PRESET), MAX_LENGTH)
    packed = encoder.encode(tf.constant([row["sentence"] for row in rows]))
    inputs = network_inputs(packed, multiple_of=MAX_LENGTH, max_length=MAX_LENGTH)
    return tf.data.Dataset.from_tensor_slices((inputs, [int(row["label"]) for row in rows])).batch(BATCH_SIZE)


if __name__ == "__main__":
    main()
