"""The peer of `ingest`: the `datasets` package reads a table, maps a fast tokenizer over it and writes Arrow files.

Runs in the peers' environment (`make bench-setup`):
    python benchmarks/datasets_map.py FOLDER --model MODEL
"""

import argparse
import json
import os
import resource
import tempfile
import time

import datasets
import transformers

_KIBIBYTES_PER_MIB = 1024


def main() -> None:
    """Prints rows, seconds and processor seconds from the file to the written dataset, imports aside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="with train.tsv and dev.tsv")
    parser.add_argument("--model", required=True, help="whose tokenizer")
    parser.add_argument("--max-length", type=int, default=128)
    arguments = parser.parse_args()
    tokenizer = transformers.AutoTokenizer.from_pretrained(arguments.model)
    clock, processors = time.monotonic(), sum(os.times()[:4])
    with tempfile.TemporaryDirectory() as cache:
        files = {split: f"{arguments.folder}/{split}.tsv" for split in ("train", "dev")}
        # 3 is csv.QUOTE_NONE.
        read = datasets.load_dataset("csv", data_files=files, sep="\t", quoting=3, cache_dir=cache)
        mapped = read.map(
            lambda rows: tokenizer(rows["sentence"], truncation=True, max_length=arguments.max_length), batched=True
        )
        mapped.save_to_disk(f"{cache}/mapped")
        num_rows = sum(len(split) for split in mapped.values())
    found = {
        "rows": num_rows,
        "seconds": time.monotonic() - clock,
        "cpu_seconds": sum(os.times()[:4]) - processors,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_PER_MIB,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
