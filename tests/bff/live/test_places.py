import pytest

from bff.live.places import Place, Places
from bff.refusals import Refused


def refused(places: Places, address: str, person: str | None = None) -> Refused:
    with pytest.raises(Refused) as refusal:
        places.take(address, person)
    return refusal.value


def test_a_person_has_so_many_whatever_the_address() -> None:
    places = Places(per_person=2, per_address=1, in_all=10)
    held = [places.take("a", "pat"), places.take("b", "pat")]
    refusal = refused(places, "c", "pat")
    assert (refusal.status, refusal.code) == (429, "LIMIT_EXCEEDED")
    assert refusal.extensions == {"limit": "liveConnections", "maximum": 2}
    places.take("a", "doc")
    held[0].leave()
    places.take("a", "pat")


def test_nobody_counts_for_the_address() -> None:
    places = Places(per_person=5, per_address=1, in_all=10)
    places.take("a")
    assert refused(places, "a").status == 429
    places.take("b")
    places.take("a", "pat")


def test_the_process_has_so_many() -> None:
    places = Places(per_person=5, per_address=5, in_all=2)
    held = [places.take("a"), places.take("b", "pat")]
    refusal = refused(places, "c", "doc")
    assert (refusal.status, refusal.headers["Retry-After"]) == (503, "5")
    held[1].leave()
    places.take("c", "doc")


def test_who_turns_out_to_be_a_person_no_longer_counts_for_the_address() -> None:
    places = Places(per_person=1, per_address=1, in_all=10)
    place = places.take("a")
    place.belongs_to("pat")
    second: Place = places.take("a")
    with pytest.raises(Refused):
        second.belongs_to("pat")
    assert refused(places, "a").status == 429
    assert places.taken == 2
    place.leave()
    second.leave()
    assert places.taken == 0
    places.take("a").belongs_to("pat")
