from pathlib import Path

import pytest

from sandbox.prepare import step
from sandbox.prepare.step import PreparationError, Step


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let steps work in a project of the test's own."""
    monkeypatch.setattr(step, "PROJECT", tmp_path)
    monkeypatch.setattr(step, "_STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(step, "_LOGS", tmp_path / "logs")
    (tmp_path / "sources" / "node_modules").mkdir(parents=True)
    (tmp_path / "sources" / "one.js").write_text("1")
    return tmp_path


def test_a_step_is_done_until_what_it_is_made_from_changes(project: Path) -> None:
    output = project / "output"
    build = Step(name="a build", inputs=[project / "sources"], output=output, make=output.touch)
    assert not build.is_done()
    build.run()
    assert build.is_done()

    (project / "sources" / "node_modules" / "package.js").touch()
    assert build.is_done()
    (project / "sources" / "one.js").write_text("2")
    assert not build.is_done()
    build.run()
    (project / "sources" / "two.js").touch()
    assert not build.is_done()
    build.run()
    output.unlink()
    assert not build.is_done()


def test_a_step_that_fails_is_not_done(project: Path) -> None:
    output = project / "output"

    def fail() -> None:
        output.touch()
        raise PreparationError

    build = Step(name="a build", inputs=[project / "sources"], output=output, make=fail)
    with pytest.raises(PreparationError):
        build.run()
    assert not build.is_done()


def test_a_command_that_fails_shows_the_end_of_its_log(project: Path) -> None:
    with pytest.raises(PreparationError, match=r"(?s)`sh ...` failed with status 3 .*shell.log.*no luck"):
        step.run(["sh", "-c", "echo no luck >&2; exit 3"], log="shell", folder=project)
    with pytest.raises(PreparationError, match=r"(?s)`no-such-program ...` failed.*No such file"):
        step.run(["no-such-program"], log="missing", folder=project)
