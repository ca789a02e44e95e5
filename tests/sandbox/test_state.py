import os
import threading
from pathlib import Path

import pytest

from sandbox import reset
from sandbox.errors import SandboxError, StateDamagedError
from sandbox.state import StateFolder


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


def test_only_one_may_hold_a_folder(folder: StateFolder) -> None:
    with folder.held():
        assert folder.is_held()
        with pytest.raises(SandboxError, match=r"already runs on .*HEALTHMED_STATE and HEALTHMED_PORT"), folder.held():
            pass
    assert not folder.is_held()


def test_a_folder_whose_holder_is_gone_is_waited_for(folder: StateFolder) -> None:
    """The guard of a killed platform holds the lock until it has stopped the rest."""
    held, stopped = threading.Event(), threading.Event()

    def guard() -> None:
        with folder.held() as lock:
            os.pwrite(lock, b"999999999           ", 0)
            held.set()
            stopped.wait(10)

    thread = threading.Thread(target=guard)
    thread.start()
    held.wait(10)
    threading.Timer(0.3, stopped.set).start()
    with folder.held():
        assert stopped.is_set()
    thread.join()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SandboxError, match=r"cannot be written \(Not a directory\): make it"):
        StateFolder(tmp_path / "file" / "state").held().__enter__()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(SandboxError, match="holds other things"), StateFolder(tmp_path).held():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_damaged_file_says_how_to_start_afresh(folder: StateFolder, content: str) -> None:
    folder.root.mkdir()
    folder.demo_data.write_text(content)
    with pytest.raises(StateDamagedError, match=r"damaged \(demo-data.json\): run `make reset`"):
        folder.read(folder.demo_data)


def test_files_of_the_folder_are_for_their_owner_alone(folder: StateFolder) -> None:
    folder.data("keys")
    folder.write(folder.description, {"a": 1})
    assert folder.description.stat().st_mode & 0o777 == 0o600
    assert folder.data("keys").stat().st_mode & 0o777 == 0o700


def test_reset_deletes_the_folder_unless_it_is_held(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEALTHMED_STATE", str(folder.root))
    with folder.held():
        assert reset.main() == 1
        assert folder.demo_data.exists()
    assert reset.main() == 0
    assert not folder.root.exists()
    assert reset.main() == 0
    assert "no state to forget" in capsys.readouterr().out
