"""Clean-up of a metadata file that ML Metadata's own library wrote, as TFX uses it."""

import collections
import dataclasses
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest
from ml_metadata import MetadataStore
from ml_metadata.proto import metadata_store_pb2 as pb

from models.user_error import UserError
from pipeline.runs.metadata_clean_up import forget_all_but

_TABLES = (
    "Artifact", "ArtifactProperty", "Association", "Attribution", "Context", "ContextProperty", "Event", "EventPath",
    "Execution", "ExecutionProperty", "MLMDEnv", "ParentContext", "ParentType", "Type", "TypeProperty",
)  # fmt: skip


@dataclasses.dataclass
class Lineage:
    """A metadata file, with what a runner would write into it."""

    path: pathlib.Path

    def open(self) -> MetadataStore:
        config = pb.ConnectionConfig()
        config.sqlite.filename_uri = str(self.path)
        config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
        return MetadataStore(config)

    def execute(
        self,
        run: str,
        node: str,
        inputs: Mapping[str, int] | None = None,
        outputs: Sequence[str] = ("out",),
        state: int = pb.Execution.COMPLETE,
        cached: Sequence[int] = (),
    ) -> list[int]:
        """One execution with new artifacts, or those of an earlier one.

        Returns:
            The ids of its output artifacts.
        """
        store = self.open()
        contexts = [
            _context(store, "pipeline", "tickets"),
            _context(store, "pipeline_run", run),
            _context(store, "node", f"tickets.{node}"),
            _context(store, "execution_cache", f"key of {node} in {run}"),
        ]
        type_id = store.put_execution_type(pb.ExecutionType(name=node))
        execution = pb.Execution(type_id=type_id, last_known_state=pb.Execution.CACHED if cached else state)
        execution.custom_properties["name"].string_value = f"{node} in {run}"
        (execution.id,) = store.put_executions([execution])
        used = store.get_artifacts_by_id((inputs or {}).values())
        made = store.get_artifacts_by_id(cached) or [
            self._artifact(store, node, name, execution.id) for name in outputs
        ]
        pairs = [(artifact, _event(name, pb.Event.INPUT)) for name, artifact in zip(inputs or {}, used, strict=True)]
        pairs += [(artifact, _event(name, pb.Event.OUTPUT)) for name, artifact in zip(outputs, made, strict=True)]
        _, ids, _ = store.put_execution(execution, pairs, contexts)
        return list(ids[len(used) :])

    def _artifact(self, store: MetadataStore, node: str, output: str, execution_id: int) -> pb.Artifact:
        artifact_type = store.put_artifact_type(pb.ArtifactType(name=f"{node} {output}"))
        artifact = pb.Artifact(type_id=artifact_type, uri=f"/runs/{node}/{output}/{execution_id}")
        artifact.state = pb.Artifact.LIVE
        artifact.custom_properties["tfx_version"].string_value = "1.21.0"
        return artifact

    def uris(self, ids: list[int]) -> list[str]:
        return [artifact.uri for artifact in self.open().get_artifacts_by_id(ids)]

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the file."""
        with sqlite3.connect(self.path) as connection:
            found = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in _TABLES}
        connection.close()
        return found

    def executions(self) -> list[str]:
        return sorted(found.custom_properties["name"].string_value for found in self.open().get_executions())

    def check_whole(self) -> None:
        """Every row of every table refers to rows that are there, and the library can follow each reference."""
        tables = self.tables()
        ids = {name: {row[0] for row in tables[name]} for name in ("Artifact", "Execution", "Context", "Event", "Type")}
        columns = collections.defaultdict(dict)
        with sqlite3.connect(self.path) as connection:
            for name in _TABLES:
                for position, _, column, *_ in connection.execute(
                    f"SELECT cid, 0, name FROM pragma_table_info('{name}')"
                ):
                    columns[name][column] = position
        connection.close()
        targets = {"artifact_id": "Artifact", "execution_id": "Execution", "context_id": "Context", "event_id": "Event",
                   "parent_context_id": "Context", "type_id": "Type"}  # fmt: skip
        for name in _TABLES:
            for column, target in targets.items():
                if column in columns[name] and (name, column) != ("Attribution", "context_id"):
                    assert {row[columns[name][column]] for row in tables[name]} <= ids[target], (name, column)
        store = self.open()
        for artifact in store.get_artifacts():
            assert store.get_events_by_artifact_ids([artifact.id])
        for execution in store.get_executions():
            assert {context.type for context in store.get_contexts_by_execution(execution.id)} >= {"pipeline", "node"}


def _context(store: MetadataStore, kind: str, name: str) -> pb.Context:
    type_id = store.put_context_type(pb.ContextType(name=kind))
    found = store.get_context_by_type_and_name(kind, name)
    if found is None:
        context = pb.Context(type_id=type_id, name=name)
        context.custom_properties["made_for"].string_value = name
        store.put_contexts([context])
        found = store.get_context_by_type_and_name(kind, name)
    return found


def _event(key: str, kind: int) -> pb.Event:
    event = pb.Event(type=kind)
    event.path.steps.add().key = key
    event.path.steps.add().index = 0
    return event


@dataclasses.dataclass(frozen=True)
class ThreeRuns:
    """The first did everything, the second failed at its own Trainer, the third trained on the first's examples."""

    examples: list[int]
    models: dict[str, list[int]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, ThreeRuns]:
    """The file is written once: each commit waits for the disk."""
    lineage = Lineage(tmp_path_factory.mktemp("metadata") / "metadata.sqlite")
    outputs = ("examples", "rejects")
    examples = lineage.execute("first", "ExampleGen", outputs=outputs)
    models = {"first": lineage.execute("first", "Trainer", {"examples": examples[0]})}
    lineage.execute("second", "ExampleGen", outputs=outputs, cached=examples)
    lineage.execute("second", "Trainer", {"examples": examples[0]}, outputs=(), state=pb.Execution.FAILED)
    lineage.execute("third", "ExampleGen", outputs=outputs, cached=examples)
    models["third"] = lineage.execute("third", "Trainer", {"examples": examples[0]})
    return lineage.path, ThreeRuns(examples, models)


@pytest.fixture
def lineage(tmp_path: pathlib.Path, written: tuple[pathlib.Path, ThreeRuns]) -> Lineage:
    return Lineage(pathlib.Path(shutil.copy(written[0], tmp_path)))


@pytest.fixture
def three_runs(written: tuple[pathlib.Path, ThreeRuns]) -> ThreeRuns:
    return written[1]


def test_dropped_runs_go_and_producers_of_what_is_kept_stay(lineage: Lineage, three_runs: ThreeRuns) -> None:
    lineage.check_whole()
    kept = [*three_runs.examples, *three_runs.models["third"]]
    uris = lineage.uris(kept)
    forget_all_but(lineage.path, runs={"third"}, uris=set(uris))
    executions = lineage.executions()
    assert {"ExampleGen in first", "ExampleGen in third", "Trainer in third"} <= set(executions)
    assert {"Trainer in first", "Trainer in second"}.isdisjoint(executions)
    assert sorted(artifact.id for artifact in lineage.open().get_artifacts()) == sorted(kept)
    assert sorted(artifact.uri for artifact in lineage.open().get_artifacts()) == sorted(uris)
    lineage.check_whole()


def test_properties_and_paths_of_what_is_kept_stay(lineage: Lineage, three_runs: ThreeRuns) -> None:
    before = lineage.open().get_artifacts_by_id(three_runs.models["third"])
    events = lineage.open().get_events_by_artifact_ids(three_runs.models["third"])
    forget_all_but(lineage.path, {"third"}, lineage.uris([*three_runs.examples, *three_runs.models["third"]]))
    assert lineage.open().get_artifacts_by_id(three_runs.models["third"]) == before
    assert lineage.open().get_events_by_artifact_ids(three_runs.models["third"]) == events


def test_contexts_of_dropped_runs_go_and_those_of_the_pipeline_stay(lineage: Lineage, three_runs: ThreeRuns) -> None:
    lineage.execute("fourth", "Trainer", {"examples": three_runs.examples[0]})
    forget_all_but(lineage.path, {"third"}, lineage.uris([*three_runs.examples, *three_runs.models["third"]]))
    store = lineage.open()
    runs = {context.name for context in store.get_contexts_by_type("pipeline_run")}
    assert "third" in runs
    # The first's stays with the execution that made the examples.
    assert "first" in runs
    assert "fourth" not in runs
    assert {context.name for context in store.get_contexts_by_type("node")} == {"tickets.ExampleGen", "tickets.Trainer"}
    for context in store.get_contexts_by_type("execution_cache"):
        assert store.get_executions_by_context(context.id)


def test_keeping_all_changes_nothing(lineage: Lineage, three_runs: ThreeRuns) -> None:
    before = lineage.tables()
    forget_all_but(lineage.path, {"first", "second", "third"}, [])
    assert lineage.tables() == before


def test_a_second_time_changes_nothing(lineage: Lineage, three_runs: ThreeRuns) -> None:
    uris = lineage.uris([*three_runs.examples, *three_runs.models["third"]])
    forget_all_but(lineage.path, {"third"}, uris)
    before = lineage.tables()
    forget_all_but(lineage.path, {"third"}, uris)
    assert lineage.tables() == before


def test_a_run_of_an_unknown_name_keeps_nothing(lineage: Lineage, three_runs: ThreeRuns) -> None:
    forget_all_but(lineage.path, {"third'; DROP TABLE Artifact; --"}, ["/no/such"])
    assert lineage.executions() == []
    assert lineage.open().get_artifacts() == []
    assert {found.name for found in lineage.open().get_contexts()} == {
        "tickets",
        "tickets.ExampleGen",
        "tickets.Trainer",
    }
    lineage.check_whole()


def test_numbers_are_never_used_again(lineage: Lineage) -> None:
    """TFX names folders by them."""
    tables = ("Artifact", "Execution", "Event", "Context")
    used = {name: {row[0] for row in lineage.tables()[name]} for name in tables}
    forget_all_but(lineage.path, [], [])
    lineage.execute("fourth", "ExampleGen")
    for name in tables:
        new = {row[0] for row in lineage.tables()[name] if b"fourth" in repr(row).encode() or name != "Context"}
        assert new
        assert new.isdisjoint(used[name])


def test_the_file_is_used_as_before_afterwards(lineage: Lineage, three_runs: ThreeRuns) -> None:
    forget_all_but(lineage.path, {"third"}, lineage.uris([*three_runs.examples, *three_runs.models["third"]]))
    lineage.execute("fourth", "ExampleGen", outputs=("examples", "rejects"), cached=three_runs.examples)
    lineage.execute("fourth", "Trainer", {"examples": three_runs.examples[0]})
    lineage.check_whole()


def test_the_contexts_of_what_is_kept_can_be_listed(lineage: Lineage, three_runs: ThreeRuns) -> None:
    kept = [*three_runs.examples, *three_runs.models["third"]]
    forget_all_but(lineage.path, {"third"}, lineage.uris(kept))
    for artifact in kept:
        assert {context.type for context in lineage.open().get_contexts_by_artifact(artifact)} >= {"pipeline", "node"}


@pytest.mark.parametrize("kept", ["base", ("part")])
def test_runs_of_a_part_know_their_base_as_long_as_it_is_there(lineage: Lineage, kept: str) -> None:
    """TFX makes the base of a partial run the parent of its context."""
    for run in ("base", "part"):
        lineage.execute(run, "Trainer")
    store = lineage.open()
    part, base = (store.get_context_by_type_and_name("pipeline_run", run).id for run in ("part", "base"))
    store.put_parent_contexts([pb.ParentContext(child_id=part, parent_id=base)])
    forget_all_but(lineage.path, {kept}, [])
    lineage.check_whole()


def test_an_input_of_what_is_kept_is_whole_though_its_producer_goes(lineage: Lineage) -> None:
    (examples,) = lineage.execute("fourth", "Importer")
    (model,) = lineage.execute("fifth", "Trainer", {"examples": examples})
    forget_all_but(lineage.path, {"fifth"}, lineage.uris([model]))
    assert {artifact.id for artifact in lineage.open().get_artifacts()} == {examples, model}
    lineage.check_whole()


def test_the_file_shrinks(lineage: Lineage, three_runs: ThreeRuns) -> None:
    with sqlite3.connect(lineage.path) as connection:
        connection.execute("UPDATE ExecutionProperty SET string_value = ?", ["x" * 500_000])
    connection.close()
    before = lineage.path.stat().st_size
    forget_all_but(lineage.path, [], [])
    assert lineage.path.stat().st_size < before / 2


def test_no_file_is_no_fault(tmp_path: pathlib.Path) -> None:
    forget_all_but(tmp_path / "metadata.sqlite", [], [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [9, 11])
def test_another_schema_is_refused_and_nothing_is_changed(
    lineage: Lineage, three_runs: ThreeRuns, version: int
) -> None:
    with sqlite3.connect(lineage.path) as connection:
        connection.execute("UPDATE MLMDEnv SET schema_version = ?", [version])
    connection.close()
    before = lineage.path.read_bytes()
    with pytest.raises(
        UserError, match=rf"metadata\.sqlite has ML Metadata's schema {version}; clean-up knows 10 only"
    ):
        forget_all_but(lineage.path, [], [])
    assert lineage.path.read_bytes() == before


def test_what_is_known_of_the_installed_library_is_so(lineage: Lineage) -> None:
    assert lineage.tables()["MLMDEnv"] == [(10,)]
    assert pb.Event.OUTPUT == 4


def test_a_fault_on_the_way_changes_nothing(lineage: Lineage, three_runs: ThreeRuns) -> None:
    with sqlite3.connect(lineage.path) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE DELETE ON Context BEGIN SELECT RAISE(FAIL, 'the disk is full'); END"
        )
    connection.close()
    before = lineage.tables()
    with pytest.raises(sqlite3.Error, match="the disk is full"):
        forget_all_but(lineage.path, [], [])
    assert lineage.tables() == before


KILLED = """
import os, pathlib, signal, sqlite3, sys
from pipeline.runs.metadata_clean_up import forget_all_but
real = sqlite3.connect

def connect(*arguments, **options):
    connection = real(*arguments, **options)
    seen = []
    def count(statement):
        seen.append(statement)
        if statement.strip().startswith("DELETE FROM Context "):
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(count)
    return connection

sqlite3.connect = connect
forget_all_but(pathlib.Path(sys.argv[1]), [], [])
"""


def test_a_kill_on_the_way_changes_nothing(lineage: Lineage, three_runs: ThreeRuns) -> None:
    before = lineage.tables()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(lineage.path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert lineage.tables() == before
    lineage.check_whole()


@pytest.mark.parametrize("content", [b"", b"this is no database " * 100])
def test_a_file_that_is_no_metadata_is_told(tmp_path: pathlib.Path, content: bytes) -> None:
    """A run that was killed in its first moment leaves an empty one."""
    path = tmp_path / "metadata.sqlite"
    path.write_bytes(content)
    if content:
        with pytest.raises(UserError, match=r"metadata\.sqlite"):
            forget_all_but(path, [], [])
    else:
        forget_all_but(path, [], [])
    assert path.read_bytes() == content
