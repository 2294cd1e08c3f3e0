"""`bertline vocabulary`: trains a WordPiece vocabulary on a corpus, for models that begin from scratch."""

import os
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.tokenisation.vocabulary import Vocabulary


def vocabulary(
    files: Annotated[
        list[str],
        typer.Argument(help="The corpus: files or globs, in the formats of `data`.", show_default=False),
    ],
    output: Annotated[
        pathlib.Path, typer.Option("--output", "-o", metavar="PATH", help="The file to write, a token a line.")
    ] = pathlib.Path("vocab.txt"),
    size: Annotated[int, typer.Option("--size", min=100, help="Tokens at most, special tokens included.")] = 8000,
    cased: Annotated[bool, typer.Option("--cased", help="Tell upper from lower case, and keep accents.")] = False,
    column: Annotated[str, typer.Option("--column", help="What the files call the column of the text.")] = "text",
    file_format: Annotated[str, typer.Option("--format", help="As `data.format`; `auto` goes by the ending.")] = "auto",
) -> None:
    """Train a WordPiece vocabulary on a corpus; the same corpus gives the same file."""
    from models.user_error import UserError
    from serving.durable_files import replace_file

    # A vocabulary is a part of the models that are trained with it: it is never replaced by chance.
    if output.exists():
        raise UserError(f"{output} exists already; delete it, or name another file with --output")
    if not output.absolute().parent.is_dir():
        raise UserError(f"{output} cannot be written: there is no folder {output.absolute().parent}")
    found, summary = _train(files, column, file_format, size, lowercase=not cased)
    replace_file(output, "".join(f"{token}\n" for token in found.tokens).encode())
    print(f"{output}: {found.size:,} tokens from {summary}")
    case = ", lowercase: false" if cased else ""
    print(f"bertline: train on it with  model: {{preset: scratch, scratch: {{vocabulary: {output}{case}}}}}")


def _train(files: list[str], column: str, file_format: str, size: int, lowercase: bool) -> "tuple[Vocabulary, str]":
    """The vocabulary, and what it was made of in words."""
    from models.tokenisation.vocabulary_training import count_words, train_vocabulary
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file

    # The readers' libraries speak of processors and drivers when they are imported.
    with transient_note(f"bertline: counting the words of {', '.join(files)}"), log_file(pathlib.Path(os.devnull)):
        from pipeline.corpus import Corpus

        corpus = Corpus.of_files(files, column, file_format)
        words = count_words(corpus.texts(), lowercase)
    with transient_note(f"bertline: making {size:,} tokens of {len(words):,} different words"):
        found = train_vocabulary(words, size, lowercase)
    share = sum(words[token] for token in found.tokens) / words.total()
    summary = f"{corpus.num_texts:,} texts of {words.total():,} words, {share:.0%} of which are a single token"
    if corpus.num_faults:
        summary += f"\nbertline: {corpus.num_faults:,} rows were left out, the first is {corpus.first_fault}"
    return found, summary
