"""`bertline predict`: answers texts and files, with the model in service on this machine or with a server's."""

import os
import pathlib
import sys
from typing import Annotated

import typer

_FILES, _SERVER = "Files", "Server"


def predict(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Texts to answer, JSON objects where the task reads several columns; without any, the lines of "
            "standard input.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        pathlib.Path | None,
        typer.Option(
            "--file",
            "-f",
            metavar="PATH",
            help="Answer the lines of this file; each is a JSON object if its name ends in .jsonl.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each text.")] = False,
    pattern: Annotated[
        str | None,
        typer.Option(
            "--input",
            "-i",
            metavar="PATH",
            help="Answer the rows of tables: CSV, TSV, JSONL or Parquet, also .gz; a path or a quoted glob.",
            rich_help_panel=_FILES,
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        pathlib.Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Where their answers go: a file that ends in .jsonl; or a folder of shards that Beam writes, where "
            "the same command goes on after a kill. Rows that cannot be answered go to a rejects file beside them.",
            rich_help_panel=_FILES,
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that write to the folder.", rich_help_panel=_FILES)
    ] = 1,
    server: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Ask this server instead: HOST:PORT by gRPC, http://HOST:PORT or https://HOST:PORT by REST.",
            rich_help_panel=_SERVER,
            show_default=False,
        ),
    ] = None,
    show: Annotated[
        bool,
        typer.Option(
            "--show", help="Send nothing; print the request for curl and for grpcurl.", rich_help_panel=_SERVER
        ),
    ] = False,
    tls: Annotated[
        bool, typer.Option("--tls", help="Use TLS with gRPC; implied by --ca.", rich_help_panel=_SERVER)
    ] = False,
    ca: Annotated[
        pathlib.Path | None,
        typer.Option(help="Certificates that the server's is signed by (PEM).", rich_help_panel=_SERVER),
    ] = None,
    certificate: Annotated[
        pathlib.Path | None, typer.Option(help="A certificate of your own, for mutual TLS.", rich_help_panel=_SERVER)
    ] = None,
    key: Annotated[pathlib.Path | None, typer.Option(help="Its private key.", rich_help_panel=_SERVER)] = None,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="BERTLINE_TOKEN",
            help="A bearer token; better in the environment variable than on a command line, which others see.",
            rich_help_panel=_SERVER,
            show_default=False,
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, help="Seconds that a request may take.", rich_help_panel=_SERVER)
    ] = 60.0,
) -> None:
    """Answer texts with the promoted model, or with the one of a server.

    Answers are written while texts are still read, so that there can be any number. Blank texts are left out.
    """
    from pipeline.config_files.load_config import load_config
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file
    from pipeline.prediction.model_source import ModelSource
    from pipeline.prediction.server_access import ServerAccess
    from pipeline.requests.texts_request import TextsRequest, answer_texts, show_request

    loaded = load_config(config)
    access = ServerAccess(server, tls, ca, certificate, key, token, timeout)
    access.check(is_used=server is not None or show)
    source = ModelSource(loaded, config, access if server else None)
    asked = TextsRequest(tuple(texts or ()), file, as_json)
    if pattern is None and output is None:
        show_request(asked, source, access) if show else answer_texts(asked, source)
        return
    if texts or file or show:
        raise typer.BadParameter("--input is answered as a whole: it goes with neither texts nor --file nor --show")
    if pattern is None or output is None:
        raise typer.BadParameter("--input and --output are given together")
    with transient_note(f"bertline: reading {pattern}"), log_file(pathlib.Path(os.devnull)):
        # What reads tables takes TensorFlow along, which takes its time and talks.
        from pipeline.prediction.predict_files import FilesRequest, predict_files

    counts = predict_files(FilesRequest(pattern, output, workers), source)
    print(f"bertline: {counts.describe()}", file=sys.stderr)
