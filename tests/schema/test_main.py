"""The gate on the SDL, and that it can fail."""

import os
import subprocess
from pathlib import Path

import pytest

from schema.__main__ import GRAPHS, ROOT, export, main

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n{entry}\n\n## [0.1.0]\n\n- doctor: Type Old was removed.\n"


def committed(root: Path, audience: str = "doctor") -> Path:
    return root / "schema" / audience / "schema.graphql"


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)  # noqa: S603, S607  our own arguments, the git of the machine


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project whose SDL is what the code says; a hook's GIT_DIR would lead git to another one."""
    for name in [each for each in os.environ if each.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for audience in GRAPHS:
        committed(tmp_path, audience).parent.mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    export(tmp_path)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG.format(entry=""), encoding="utf-8")
    return tmp_path


@pytest.fixture
def history(project: Path) -> Path:
    """Give the project a commit in which the doctor graph had one more field: since then, the code removed it."""
    note = 'type Note @requiresRole(roles: ["doctor"]) @patientData {\n'
    text = committed(project).read_text(encoding="utf-8")
    committed(project).write_text(text.replace(note, f"{note}  colour: String\n"), encoding="utf-8")
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "One more field")
    export(project)
    return project


def test_the_committed_sdl_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], ROOT) == 0, capsys.readouterr().out


def test_export_makes_check_pass(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed(project).unlink()
    assert main(["export"], project) == 0
    assert main(["check"], project) == 0
    assert capsys.readouterr().out == "The SDL of each graph is up to date.\n"


@pytest.mark.parametrize("audience", GRAPHS)
def test_a_drifted_sdl_fails_and_says_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str], audience: str
) -> None:
    with committed(project, audience).open("a", encoding="utf-8") as file:
        file.write("\ntype Stray {\n  id: ID!\n}\n")
    assert main(["check"], project) == 1
    [said] = capsys.readouterr().out.splitlines()
    assert said.startswith(f"schema/{audience}/schema.graphql is not what the code says")
    assert "python -m schema export" in said


def test_a_drifted_page_of_permissions_fails_and_says_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "docs" / "permissions.md").write_text("Everybody may do everything.\n", encoding="utf-8")
    assert main(["check"], project) == 1
    [said] = capsys.readouterr().out.splitlines()
    assert said == "docs/permissions.md is not what the code says: run `python -m schema export` and commit it."


def test_a_missing_sdl_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed(project).unlink()
    assert main(["check"], project) == 1
    assert "schema/doctor/schema.graphql is not what the code says" in capsys.readouterr().out


def test_a_breaking_change_fails_and_says_how_to_name_it(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], history) == 1
    assert capsys.readouterr().out == (
        "This breaks clients; if it is meant, CHANGELOG.md says under [Unreleased]: "
        '"doctor: Field Note.colour was removed."\n'
    )


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("- doctor: Field Note.colour was removed.", 0),
        ("- **doctor: Field Note.colour was removed**, since nobody asked for it.", 0),
        ("- patient: Field Note.colour was removed.", 1),
        ("- doctor: notes are colourless.", 1),
    ],
)
def test_the_changelog_names_the_change_word_for_word(history: Path, entry: str, code: int) -> None:
    (history / "CHANGELOG.md").write_text(CHANGELOG.format(entry=entry), encoding="utf-8")
    assert main(["check"], history) == code


def test_an_older_releases_entry_does_not_count(history: Path) -> None:
    older = CHANGELOG.format(entry="") + "- doctor: Field Note.colour was removed.\n"
    (history / "CHANGELOG.md").write_text(older, encoding="utf-8")
    assert main(["check"], history) == 1


def test_a_breaking_change_does_not_pass_by_being_committed(history: Path) -> None:
    git(history, "commit", "--quiet", "--all", "--message", "Remove it")
    assert main(["check"], history) == 1


def test_a_change_that_is_released_stays_named(history: Path) -> None:
    released = CHANGELOG.format(entry="") + "- doctor: Field Note.colour was removed.\n"
    (history / "CHANGELOG.md").write_text(released, encoding="utf-8")
    git(history, "commit", "--quiet", "--all", "--message", "Remove it, and release")
    assert main(["check"], history) == 0


def test_without_git_only_drift_is_checked(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["check"], history) == 0
