"""The README's promises, run as a reader would run them."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from sandbox.people import DEMO, PASSWORD
from tests.platform import Platform

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text()
ADDRESS = "http://127.0.0.1:8000"


def _first_block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {language} block"
    return found.group(1)


def _shape(value: object) -> object:
    """Return what stays the same from run to run: the names of fields, and how they nest."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return [_shape(each) for each in value[:1]] if isinstance(value, list) else None


@pytest.mark.platform
def test_the_five_operations_answer_as_shown(platform: Platform) -> None:
    """The pasted commands run against a platform, and their answers have the shape that the README shows."""
    script = _first_block("bash").replace(ADDRESS, platform.bff_url)
    environment = os.environ | {"HEALTHMED_STATE": str(platform.state.root)}
    ran = subprocess.run(  # noqa: S603  the README is ours
        ["bash", "-eu", "-c", script],  # noqa: S607  the reader's own bash
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    answers, shown = ([json.loads(line) for line in text.splitlines()] for text in (ran.stdout, _first_block("json")))
    assert [_shape(each) for each in answers] == [_shape(each) for each in shown], ran.stdout


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (PROJECT / target).exists()


def test_the_demo_people_are_named() -> None:
    """The README's sign-ins are the sandbox's."""
    assert PASSWORD in README
    assert all(person.login in README or person.email in README for person in DEMO.values())
