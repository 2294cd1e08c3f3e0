"""`bertline doctor`: checks the environment, and what a config needs of the machine."""

import pathlib
from typing import Annotated

import typer


def doctor(
    config: Annotated[
        pathlib.Path | None, typer.Argument(help="A pipeline's YAML file, to check what it needs.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="An array of JSON objects, one for each check.")] = False,
) -> None:
    """Check the environment, and say what is wrong and what to do; exits with 1 if there is a problem."""
    import dataclasses
    import json
    import sys

    from pipeline.doctor.examination import examine
    from pipeline.doctor.findings_table import FindingsTable

    if as_json:
        findings = [(name, finding) for name, finding in examine(config) if finding]
        print(json.dumps([{"check": name, **dataclasses.asdict(finding)} for name, finding in findings], indent=2))
    else:
        findings = []
        with FindingsTable(sys.stdout) as table:
            for name, finding in examine(config):
                if finding is None:
                    table.begin(name)
                else:
                    findings.append((name, finding))
                    table.add(name, finding)
            table.finish()
    if any(finding.state == "problem" for _, finding in findings):
        raise typer.Exit(1)
