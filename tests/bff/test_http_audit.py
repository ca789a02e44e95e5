"""Every audit of the npm package graphql-http, against each of the three endpoints as they run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from sandbox.people import Audience
from tests.npm import installed
from tests.platform import Platform

FOLDER = Path(__file__).parent / "http_audit"
AUDITS = 61
AUDIT_SECONDS = 60

pytestmark = pytest.mark.platform


@pytest.mark.parametrize("audience", get_args(Audience))
def test_every_audit_passes(platform: Platform, audience: Audience) -> None:
    node, environment = installed(FOLDER)
    audit = subprocess.run(  # noqa: S603  the script beside
        [node, FOLDER / "audit.mjs", f"{platform.bff_url}/{audience}/graphql"],
        env={**environment, "HEALTHMED_TOKEN": platform.token(audience)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=AUDIT_SECONDS,
    )
    results = json.loads(audit.stdout)
    passed = [each for each in results if each["status"] == "ok"]
    sys.stdout.write(f"{audience}: {len(passed)} of {len(results)} audits\n")
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(passed) == AUDITS
