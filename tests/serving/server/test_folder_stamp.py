import pathlib
import threading

from serving.server.versions.folder_stamp import folder_stamp


def test_a_folder_that_comes_and_goes_while_it_is_looked_into_raises_nothing(tmp_path: pathlib.Path) -> None:
    version, away = tmp_path / "1", tmp_path / "away"
    for name in ("a", "b", "c"):
        (version / name / "deep").mkdir(parents=True)
        (version / name / "deep" / "file").write_bytes(b"x")
    is_over = threading.Event()

    def move() -> None:
        while not is_over.is_set():
            version.rename(away)
            away.rename(version)

    mover = threading.Thread(target=move)
    mover.start()
    try:
        stamps = [str(folder_stamp(version)) for _ in range(3000)]
    finally:
        is_over.set()
        mover.join()
    assert len(set(stamps)) > 1


def test_what_changes_and_what_does_not_count(tmp_path: pathlib.Path) -> None:
    (tmp_path / "assets.extra" / "more").mkdir(parents=True)
    (tmp_path / "saved_model.pb").write_bytes(b"x")
    before, whole = folder_stamp(tmp_path, without="assets.extra"), folder_stamp(tmp_path)
    (tmp_path / "assets.extra" / "more" / "card.md").write_bytes(b"card")
    (tmp_path / "assets.extra" / "note").write_bytes(b"note")
    assert folder_stamp(tmp_path, without="assets.extra") == before
    assert folder_stamp(tmp_path) != whole
    (tmp_path / "saved_model.pb").write_bytes(b"xy")
    assert folder_stamp(tmp_path, without="assets.extra") != before
