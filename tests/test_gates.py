"""Each gate of `make check` can fail: planted faults in a copy of the project, and what the gate says of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import check
from sandbox.state import PROJECT

PACKAGES = ("bff", "schema", "clients", "services", "sandbox")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "assets", "app")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the project's packages and settings."""
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=LEFT_OUT)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    shutil.copy(PROJECT / "CHANGELOG.md", tmp_path)
    (tmp_path / "docs").mkdir()
    shutil.copy(PROJECT / "docs" / "permissions.md", tmp_path / "docs")
    return tmp_path


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """Make a project of one clean module in each folder that the settings name."""
    for folder in (*PACKAGES, "benchmarks", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def fails(gate: check.Gate, folder: Path, capsys: pytest.CaptureFixture[str], *said: str) -> None:
    """Check that the gate does not hold, and says all of `said`."""
    assert not gate.holds(folder, quiet=True)
    output = capsys.readouterr().out
    assert [each for each in said if each not in output] == []


def test_ruff(small_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.LINT.holds(small_project, quiet=True)
    assert check.FORMAT.holds(small_project, quiet=True)
    (small_project / "bff" / "bad.py").write_text("import os\nx = [1,2]\n")
    fails(check.LINT, small_project, capsys, "F401", "bad.py")
    fails(check.FORMAT, small_project, capsys, "bad.py")


def test_mypy(small_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.TYPES.holds(small_project, quiet=True)
    (small_project / "bff" / "bad.py").write_text("def add(a, b):\n    return a + b\n")
    fails(check.TYPES, small_project, capsys, "bff/bad.py:1", "no-untyped-def")


@pytest.mark.parametrize(
    ("module", "fault", "contract"),
    [
        ("clients/errors.py", "import schema.common", "Imports only go down: bff -> schema -> clients"),
        ("schema/patient/context.py", "import schema.doctor.context", "The audiences are strangers"),
        ("schema/common/enums.py", "import schema.patient.context", "schema.common holds leaves only"),
        ("clients/ids.py", "import services.common.clock", "The BFF never imports the services"),
        ("services/common/clock.py", "import bff.settings", "The services never import the BFF"),
        ("services/erp/rules.py", "import services.records.models", "The services are strangers to each other"),
        ("clients/google/client.py", "import clients.erp.client", "The downstream clients are strangers to each other"),
        ("bff/auth/keys.py", "import bff.settings", "Only the wiring reads settings"),
    ],
)
def test_import_contracts(
    project: Path, capsys: pytest.CaptureFixture[str], module: str, fault: str, contract: str
) -> None:
    path = project / module
    path.write_text(f"{path.read_text()}\n{fault}\n")
    fails(check.CONTRACTS, project, capsys, f"{contract} BROKEN")


def test_import_contracts_hold_without_a_fault(project: Path) -> None:
    assert check.CONTRACTS.holds(project, quiet=True)


def test_sdl_drift(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.SDL.holds(project, quiet=True)
    sdl = project / "schema" / "patient" / "schema.graphql"
    sdl.write_text(sdl.read_text().replace("type Query {", "type Query {\n  forgotten: Int\n"))
    fails(check.SDL, project, capsys, "patient")


def test_file_lengths(small_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lengths = check.Gate("file lengths", (sys.executable, "-m", "sandbox.lengths", str(small_project)))
    (small_project / "bff" / "long.py").write_text("x = 1\n" * 300)
    assert lengths.holds(PROJECT, quiet=True)
    (small_project / "bff" / "long.py").write_text("x = 1\n" * 301)
    fails(lengths, PROJECT, capsys, "bff/long.py has 301 lines, 1 too many")


TESTED = "def halve(number: int) -> int:\n    if number % 2:\n        number -= 1\n    return number // 2\n"
HALF_A_TEST = "from bff.half import halve\n\n\ndef test_halve() -> None:\n    assert halve(4) == {result}\n"
WARNS = "import warnings\n\n\ndef test_warns() -> None:\n    warnings.warn('old', DeprecationWarning)\n"


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (HALF_A_TEST.format(result=3), "1 failed"),
        (HALF_A_TEST.format(result=2), f"Required test coverage of {check.COVERAGE_PERCENT}% not reached"),
        (WARNS, "DeprecationWarning: old"),
    ],
    ids=["a failing test", "too little coverage", "a warning"],
)
def test_tests_and_coverage(
    small_project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, test: str, said: str
) -> None:
    for variable in [name for name in os.environ if name.startswith(("COV_", "COVERAGE_", "PYTEST_"))]:
        monkeypatch.delenv(variable)
    (small_project / "bff" / "half.py").write_text(TESTED)
    (small_project / "tests" / "test_half.py").write_text(test)
    fails(check.TESTS, small_project, capsys, said)


@pytest.mark.parametrize(
    "test",
    [
        "import pytest\n\ndef test_skips():\n    pytest.skip('no Chromium')\n",
        "import pytest\n\npytest.skip('no Chromium', allow_module_level=True)\n",
    ],
    ids=["a test", "a whole file"],
)
def test_a_skip_fails_where_everything_is_required(tmp_path: Path, test: str) -> None:
    (tmp_path / "test_skips.py").write_text(test)
    for required, status, said in (("", {0, 5}, "1 skipped"), ("1", {1, 2}, "HEALTHMED_REQUIRE_ALL=1 and yet: ")):
        result = subprocess.run(  # noqa: S603  pytest on a file of this test's own
            [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", str(tmp_path), str(tmp_path)],
            cwd=PROJECT,
            env=os.environ | {"HEALTHMED_REQUIRE_ALL": required},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode in status
        assert said in result.stdout
        assert not required or "no Chromium" in result.stdout


def test_every_gate_is_in_the_check_and_named_once() -> None:
    names = [gate.name for gate in check.GATES]
    assert names == [
        "ruff check",
        "ruff format",
        "mypy",
        "import contracts",
        "SDL drift",
        "file lengths",
        "tests and coverage",
    ]
