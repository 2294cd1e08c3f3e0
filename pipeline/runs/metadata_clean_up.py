"""Forgets runs in ML Metadata's SQLite file, for which its own interface has no call."""

import contextlib
import pathlib
import sqlite3
from collections.abc import Iterable

from models.user_error import UserError

SCHEMA_VERSION = 10
"""Of the tables, in ml-metadata 1.21 (`MLMDEnv`)."""

# Event.type 4 is OUTPUT in ml_metadata's metadata_store.proto.
_FORGET = """
    CREATE TEMP TABLE kept_execution AS
        SELECT execution_id AS id FROM Association JOIN Context ON Context.id = context_id
            JOIN Type ON Type.id = Context.type_id
            WHERE Type.name = 'pipeline_run' AND Context.name IN (SELECT name FROM kept_run)
        UNION SELECT execution_id FROM Event JOIN Artifact ON Artifact.id = artifact_id
            WHERE Event.type = 4 AND Artifact.uri IN (SELECT uri FROM kept_uri);
    CREATE TEMP TABLE kept_artifact AS
        SELECT DISTINCT artifact_id AS id FROM Event WHERE execution_id IN (SELECT id FROM kept_execution);

    DELETE FROM Event WHERE execution_id NOT IN (SELECT id FROM kept_execution);
    DELETE FROM EventPath WHERE event_id NOT IN (SELECT id FROM Event);
    DELETE FROM Association WHERE execution_id NOT IN (SELECT id FROM kept_execution);
    DELETE FROM ExecutionProperty WHERE execution_id NOT IN (SELECT id FROM kept_execution);
    DELETE FROM Execution WHERE id NOT IN (SELECT id FROM kept_execution);
    DELETE FROM ArtifactProperty WHERE artifact_id NOT IN (SELECT id FROM kept_artifact);
    DELETE FROM Artifact WHERE id NOT IN (SELECT id FROM kept_artifact);
    DELETE FROM Context WHERE type_id IN (SELECT id FROM Type WHERE name IN ('pipeline_run', 'execution_cache'))
        AND id NOT IN (SELECT context_id FROM Association);
    DELETE FROM Attribution
        WHERE artifact_id NOT IN (SELECT id FROM kept_artifact) OR context_id NOT IN (SELECT id FROM Context);
    DELETE FROM ContextProperty WHERE context_id NOT IN (SELECT id FROM Context);
    DELETE FROM ParentContext
        WHERE context_id NOT IN (SELECT id FROM Context) OR parent_context_id NOT IN (SELECT id FROM Context);
"""


def forget_all_but(path: pathlib.Path, runs: Iterable[str], uris: Iterable[str]) -> None:
    """Deletes executions, artifacts and contexts of other runs, in one transaction.

    An execution stays if it is part of a kept run, or made a kept artifact, whichever run it was part of: so the
    lineage of what is kept is whole.

    Args:
        path: The SQLite file; nothing is done where there is none.
        runs: Names of pipeline runs that stay.
        uris: Of artifacts that stay.

    Raises:
        UserError: The file's tables are not those known here.
    """
    # A run that was killed in its first moment leaves an empty one.
    if not path.is_file() or not path.stat().st_size:
        return
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        try:
            version = connection.execute("SELECT schema_version FROM MLMDEnv").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"{path} is not ML Metadata's: {error}; move it away, and the next run makes another"
            ) from error
        if version != SCHEMA_VERSION:
            raise UserError(f"{path} has ML Metadata's schema {version}; clean-up knows {SCHEMA_VERSION} only")
        connection.execute("CREATE TEMP TABLE kept_run (name TEXT)")
        connection.execute("CREATE TEMP TABLE kept_uri (uri TEXT)")
        connection.executemany("INSERT INTO kept_run VALUES (?)", [(run,) for run in runs])
        connection.executemany("INSERT INTO kept_uri VALUES (?)", [(uri,) for uri in uris])
        connection.executescript(f"BEGIN; {_FORGET} COMMIT;")
        connection.execute("VACUUM")
