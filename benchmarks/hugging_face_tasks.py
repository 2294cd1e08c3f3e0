"""The peer of the other tasks: Hugging Face's Trainer on MRPC, CoNLL-2003, GoEmotions and SQuAD 1.1.

Data handling follows transformers' own example scripts (run_glue, run_ner, run_classification, run_qa). Runs in an
environment of its own with torch, transformers, accelerate, seqeval and scikit-learn (never in the product's):
    python benchmarks/hugging_face_tasks.py mrpc --model FOLDER --data FOLDER
"""

import abc
import argparse
import collections
import csv
import dataclasses
import json
import pathlib
import re
import string
import time
from typing import Any

import numpy
import seqeval.metrics
import sklearn.metrics
import torch
import transformers

TAGS = ["O"] + [f"{prefix}-{kind}" for kind in ("LOC", "MISC", "ORG", "PER") for prefix in "BI"]
NOT_A_LABEL = -100  # what torch's cross-entropy skips
N_BEST = 20
MAX_ANSWER_TOKENS = 30


@dataclasses.dataclass(frozen=True)
class Setting:
    """Hyper-parameters of one run; those that all tasks share stand in `build_trainer`."""

    learning_rate: float
    epochs: int
    batch_size: int = 32


class Rows(torch.utils.data.Dataset):
    """Tokenised rows at their true length; the collator pads a batch."""

    def __init__(self, encoded: transformers.BatchEncoding, **targets: list[Any]) -> None:
        """Joins the token columns of `encoded` with the columns of targets."""
        columns = {name: encoded[name] for name in ("input_ids", "token_type_ids", "attention_mask")} | targets
        self._items = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._items)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """One row."""
        return self._items[index]


def read_tsv(path: pathlib.Path) -> list[list[str]]:
    """Rows of a tab-separated file without a quote character, with or without a byte order mark."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


class TabSeparated(abc.ABC):
    """A task with a train.tsv and a dev.tsv in a folder of its own, which a subclass turns into rows."""

    data_folder: str
    collator = transformers.DataCollatorWithPadding

    def __init__(self, data: pathlib.Path, tokenizer: transformers.PreTrainedTokenizerBase) -> None:
        """Reads both splits."""
        self._tokenizer = tokenizer
        self.train, self.dev = (self._rows(data / self.data_folder / name) for name in ("train.tsv", "dev.tsv"))
        self.num_examples = len(self.train)

    @abc.abstractmethod
    def _rows(self, path: pathlib.Path) -> Rows: ...


class Mrpc(TabSeparated):
    """Sentence pairs in two classes."""

    data_folder = "mrpc"
    setting = Setting(learning_rate=5e-5, epochs=4)

    def _rows(self, path: pathlib.Path) -> Rows:
        rows = read_tsv(path)[1:]
        pairs = self._tokenizer([row[3] for row in rows], [row[4] for row in rows], truncation=True, max_length=128)
        return Rows(pairs, labels=[int(row[0]) for row in rows])

    def model(self, folder: str) -> transformers.PreTrainedModel:
        """The network with a new head."""
        return transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2)

    def measure(self, logits: numpy.ndarray) -> dict[str, float]:
        """Accuracy and F1 of the class 1, on dev."""
        truth, predicted = [row["labels"] for row in self.dev], logits.argmax(-1)
        return {
            "accuracy": sklearn.metrics.accuracy_score(truth, predicted),
            "f1": sklearn.metrics.f1_score(truth, predicted),
        }


class GoEmotions(TabSeparated):
    """Comments with any number of 28 labels."""

    data_folder = "goemotions"
    setting = Setting(learning_rate=1e-4, epochs=2)
    num_labels = 28

    def _rows(self, path: pathlib.Path) -> Rows:
        rows = read_tsv(path)
        labels = numpy.zeros((len(rows), self.num_labels))
        for row, (_, ids, _) in enumerate(rows):
            labels[row, [int(number) for number in ids.split(",")]] = 1
        return Rows(self._tokenizer([row[0] for row in rows], truncation=True, max_length=64), labels=labels.tolist())

    def model(self, folder: str) -> transformers.PreTrainedModel:
        """The network with a new head; the problem type selects BCEWithLogitsLoss."""
        return transformers.AutoModelForSequenceClassification.from_pretrained(
            folder, num_labels=self.num_labels, problem_type="multi_label_classification"
        )

    def measure(self, logits: numpy.ndarray) -> dict[str, float]:
        """F1 on dev at 0.5, and at the threshold (0.01, 0.02, ...) per label that is best for its own F1 on dev."""
        truth = numpy.array([row["labels"] for row in self.dev], dtype=bool)
        scores = 1 / (1 + numpy.exp(-logits.astype(numpy.float64)))
        grid = numpy.arange(1, 100) / 100
        tuned = [
            max(grid, key=lambda cut: sklearn.metrics.f1_score(labels, column >= cut, zero_division=0))
            for labels, column in zip(truth.T, scores.T, strict=True)
        ]
        return {
            f"{average}_f1{suffix}": sklearn.metrics.f1_score(truth, scores >= cuts, average=average, zero_division=0)
            for average in ("micro", "macro")
            for suffix, cuts in (("", 0.5), ("_tuned", numpy.array(tuned)))
        }


class Conll2003:
    """Entity tags of words; the first piece of a word carries its tag, the others none."""

    setting = Setting(learning_rate=1e-4, epochs=3)
    collator = transformers.DataCollatorForTokenClassification

    def __init__(self, data: pathlib.Path, tokenizer: transformers.PreTrainedTokenizerBase) -> None:
        """Reads both splits."""
        self._tokenizer = tokenizer
        self.train, _ = self._rows(self._sentences(data / "conll2003" / "train.txt"))
        sentences = self._sentences(data / "conll2003" / "valid.txt")
        self.dev, self._first_pieces = self._rows(sentences)
        self._truth = [[tag for _, tag in sentence] for sentence in sentences]
        self.num_examples = len(self.train)

    @staticmethod
    def _sentences(path: pathlib.Path) -> list[list[tuple[str, str]]]:
        blocks = path.read_text(encoding="utf-8").split("\n\n")
        lines = ([line.split(" ") for line in block.split("\n") if line] for block in blocks)
        return [[(word, tag) for word, _, _, tag in block] for block in lines if block and block[0][0] != "-DOCSTART-"]

    def _rows(self, sentences: list[list[tuple[str, str]]]) -> tuple[Rows, list[dict[int, int]]]:
        """The rows and, for each, the position of the first piece of each word that was not cut off."""
        words = [[word for word, _ in sentence] for sentence in sentences]
        encoded = self._tokenizer(words, is_split_into_words=True, truncation=True, max_length=128)
        first_pieces, labels = [], []
        for row, sentence in enumerate(sentences):
            firsts: dict[int, int] = {}
            for position, word in enumerate(encoded.word_ids(row)):
                if word is not None:
                    firsts.setdefault(word, position)
            labels.append([NOT_A_LABEL] * len(encoded["input_ids"][row]))
            for word, position in firsts.items():
                labels[row][position] = TAGS.index(sentence[word][1])
            first_pieces.append(firsts)
        return Rows(encoded, labels=labels), first_pieces

    def model(self, folder: str) -> transformers.PreTrainedModel:
        """The network with a new head."""
        return transformers.AutoModelForTokenClassification.from_pretrained(folder, num_labels=len(TAGS))

    def measure(self, logits: numpy.ndarray) -> dict[str, float]:
        """Entity F1 by the rules of conlleval on dev: of the words the network saw (as run_ner), and of all words."""
        best = logits.argmax(-1)
        predicted = [
            [TAGS[best[row, firsts[word]]] if word in firsts else "O" for word in range(len(tags))]
            for row, (tags, firsts) in enumerate(zip(self._truth, self._first_pieces, strict=True))
        ]
        pairs = list(zip(self._truth, predicted, self._first_pieces, strict=True))
        seen_truth = [[truth[word] for word in firsts] for truth, _, firsts in pairs]
        seen_predicted = [[tags[word] for word in firsts] for _, tags, firsts in pairs]
        return {
            "f1": float(seqeval.metrics.f1_score(seen_truth, seen_predicted)),
            "f1_all_words": float(seqeval.metrics.f1_score(self._truth, predicted)),
        }


class Squad:
    """Questions whose answer is a span of the context; a long context becomes several overlapping windows."""

    setting = Setting(learning_rate=1e-4, epochs=2, batch_size=16)
    collator = transformers.DataCollatorWithPadding

    def __init__(self, data: pathlib.Path, tokenizer: transformers.PreTrainedTokenizerBase) -> None:
        """Reads both splits."""
        self._tokenizer = tokenizer
        train = self._questions(data / "squad" / "train-sample-17articles.json")
        encoded = self._windows(train)
        spans = [self._answer_tokens(encoded, row, train) for row in range(len(encoded["input_ids"]))]
        starts, ends = ([span[side] for span in spans] for side in (0, 1))
        self.train = Rows(encoded, start_positions=starts, end_positions=ends)
        self.num_examples = len(train)  # questions, of which a long one is several rows
        self._dev_questions = self._questions(data / "squad" / "dev-v1.1.json")
        self._dev_windows = self._windows(self._dev_questions)
        self.dev = Rows(self._dev_windows)

    @staticmethod
    def _questions(path: pathlib.Path) -> list[dict[str, Any]]:
        articles = json.loads(path.read_text(encoding="utf-8"))["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        return [qa | {"context": paragraph["context"]} for paragraph in paragraphs for qa in paragraph["qas"]]

    def _windows(self, questions: list[dict[str, Any]]) -> transformers.BatchEncoding:
        return self._tokenizer(
            [question["question"].lstrip() for question in questions],
            [question["context"] for question in questions],
            truncation="only_second",
            max_length=384,
            stride=128,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )

    @staticmethod
    def _context_offsets(encoded: transformers.BatchEncoding, row: int) -> dict[int, tuple[int, int]]:
        """First and last character of each token of the window that belongs to the context, by its position."""
        pairs = enumerate(zip(encoded.sequence_ids(row), encoded["offset_mapping"][row], strict=True))
        return {position: offsets for position, (sequence, offsets) in pairs if sequence == 1}

    def _answer_tokens(
        self, encoded: transformers.BatchEncoding, row: int, questions: list[dict[str, Any]]
    ) -> tuple[int, int]:
        """First and last token of the answer; both 0, which is [CLS], where the window does not hold all of it."""
        answer = questions[encoded["overflow_to_sample_mapping"][row]]["answers"][0]
        first, last = answer["answer_start"], answer["answer_start"] + len(answer["text"])
        offsets = self._context_offsets(encoded, row)
        starts = [position for position, (start, _) in offsets.items() if start <= first]
        ends = [position for position, (_, end) in offsets.items() if end >= last]
        return (starts[-1], ends[0]) if starts and ends else (0, 0)

    def model(self, folder: str) -> transformers.PreTrainedModel:
        """The network with a new head."""
        return transformers.AutoModelForQuestionAnswering.from_pretrained(folder)

    def measure(self, logits: tuple[numpy.ndarray, numpy.ndarray]) -> dict[str, float]:
        """Exact match and F1 on dev, the best over the reference answers of a question, as the official script."""
        best: dict[int, tuple[float, str]] = collections.defaultdict(lambda: (-numpy.inf, ""))
        for row, (starts, ends) in enumerate(zip(*logits, strict=True)):
            question = self._dev_windows["overflow_to_sample_mapping"][row]
            context = self._dev_questions[question]["context"]
            offsets = self._context_offsets(self._dev_windows, row)
            best[question] = max(best[question], best_span(starts, ends, offsets, context), key=lambda span: span[0])
        scores = [
            numpy.max([score_answer(best[row][1], answer["text"]) for answer in question["answers"]], axis=0)
            for row, question in enumerate(self._dev_questions)
        ]
        exact, f1 = numpy.mean(scores, axis=0)
        return {"exact_match": float(exact), "f1": float(f1)}


def best_span(
    starts: numpy.ndarray, ends: numpy.ndarray, offsets: dict[int, tuple[int, int]], context: str
) -> tuple[float, str]:
    """The best sum of a start and an end logit in a window, among the 20 best of each, and its text."""
    spans = [
        (float(starts[start] + ends[end]), context[offsets[start][0] : offsets[end][1]])
        for start in numpy.argsort(starts)[::-1][:N_BEST]
        for end in numpy.argsort(ends)[::-1][:N_BEST]
        if start in offsets and end in offsets and 0 <= end - start < MAX_ANSWER_TOKENS
    ]
    return max(spans, key=lambda span: span[0], default=(-numpy.inf, ""))


def normalise_answer(text: str) -> str:
    """Lower case without punctuation, articles and surplus white space, in the official order."""
    text = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def score_answer(predicted: str, reference: str) -> tuple[float, float]:
    """Exact match and F1 of the words, each 0 to 1."""
    predicted, reference = normalise_answer(predicted), normalise_answer(reference)
    words, truth = predicted.split(), reference.split()
    common = (collections.Counter(words) & collections.Counter(truth)).total()
    return float(predicted == reference), 2 * common / (len(words) + len(truth)) if common else 0.0


TASKS = {"mrpc": Mrpc, "conll2003": Conll2003, "goemotions": GoEmotions, "squad": Squad}


def build_trainer(
    task: Any, setting: Setting, options: argparse.Namespace, tokenizer: transformers.PreTrainedTokenizerBase
) -> transformers.Trainer:
    """Hugging Face's loop as it comes: AdamW without decay of biases and LayerNorm, linear decay, clipping at 1.0."""
    arguments = transformers.TrainingArguments(
        output_dir="/tmp/hugging_face_tasks",
        num_train_epochs=setting.epochs,
        per_device_train_batch_size=setting.batch_size,
        per_device_eval_batch_size=64,
        learning_rate=setting.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=0.1,  # a fraction below 1 is a share of all steps
        weight_decay=0.01,
        max_grad_norm=1.0,
        train_sampling_strategy="group_by_length",
        bf16=options.bf16,
        use_cpu=True,
        seed=options.seed,
        report_to=[],
        save_strategy="no",
        logging_steps=50,
        disable_tqdm=True,
    )
    return transformers.Trainer(
        model=task.model(options.model),
        args=arguments,
        train_dataset=task.train,
        processing_class=tokenizer,
        data_collator=task.collator(tokenizer),
    )


def parse_options() -> argparse.Namespace:
    """The command line; a learning rate or number of epochs given there replaces the task's own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--bf16", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Trains, evaluates and prints one JSON object."""
    options = parse_options()
    transformers.set_seed(options.seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    task = TASKS[options.task](options.data, tokenizer)
    given = {name: getattr(options, name) for name in ("epochs", "learning_rate") if getattr(options, name)}
    setting = dataclasses.replace(task.setting, **given)
    trainer = build_trainer(task, setting, options, tokenizer)
    started = time.monotonic()
    trainer.train()
    seconds = time.monotonic() - started
    # Grouping by length would shuffle the rows of dev too, and `predict` does not put them back in order.
    trainer.args.train_sampling_strategy = "sequential"
    metrics = task.measure(trainer.predict(task.dev).predictions)
    report = {
        "task": options.task,
        "seed": options.seed,
        "precision": "bfloat16" if options.bf16 else "float32",
        **{name: round(float(value), 4) for name, value in metrics.items()},
        "examples_per_second": round(task.num_examples * setting.epochs / seconds, 1),
        **dataclasses.asdict(setting),
        "peer": f"transformers {transformers.__version__}, torch {torch.__version__}",
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
