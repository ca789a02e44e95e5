import re

import pytest

from sandbox.progress import Progress


def test_each_finished_step_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("Doing things") as progress:
        for step in ("one", "two"):
            progress.start(step)
        progress.done("two")
        progress.done("one", "FAILED")
    title, *lines = capsys.readouterr().out.splitlines()
    assert title == "Doing things"
    assert [re.sub(" +", " ", line).strip() for line in lines] == ["ok two 0.0 s", "FAILED one 0.0 s"]
