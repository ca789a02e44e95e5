from pathlib import Path

import pytest

from sandbox.errors import StateDamagedError
from sandbox.keys import ISSUERS, Keys, key_path
from sandbox.state import StateFolder


def test_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    keys = Keys.of(folder)
    assert Keys.of(folder) == keys
    assert set(keys.private) == set(keys.public) == set(ISSUERS)
    assert len({*keys.private.values(), keys.google_private}) == len(ISSUERS) + 1
    assert {path.stat().st_mode & 0o777 for path in folder.data("keys").iterdir()} == {0o600}


def test_a_damaged_key_says_how_to_start_afresh(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    key_path(folder, "bff").write_text("not a key")
    with pytest.raises(StateDamagedError, match=r"damaged \(bff.pem\)"):
        Keys.of(folder)
