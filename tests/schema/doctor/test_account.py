import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

PROFILE = """{ me {
    id name crm { number state } specialties { code name } bio clinic { city } timeZone priceCents currency
    rating { average count } pendingCount
    availability { timeZone slotMinutes
        rules { weekday startsAt endsAt } exceptions { date startsAt endsAt available }
    }
} }"""
PAGE = """query Page($first: Int, $after: String) { me { appointments(first: $first, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
} } }"""


async def test_the_profile_costs_one_call_for_each_of_its_sources(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.doctor(PROFILE)
    assert errors == {}
    assert data == {
        "me": {
            "id": "doc_1",
            "name": "Doctor 1",
            "crm": {"number": "100001", "state": "SP"},
            "specialties": [{"code": "cardiology", "name": "Cardiologia"}],
            "bio": "Cardiologist",
            "clinic": {"city": "São Paulo"},
            "timeZone": "America/Sao_Paulo",
            "priceCents": 35_000,
            "currency": "BRL",
            "rating": {"average": 4.5, "count": 12},
            "pendingCount": 2,
            "availability": {
                "timeZone": "America/Sao_Paulo",
                "slotMinutes": 50,
                "rules": [{"weekday": 0, "startsAt": "08:00", "endsAt": "12:00"}],
                "exceptions": [{"date": "2026-12-25", "startsAt": None, "endsAt": None, "available": False}],
            },
        }
    }
    assert downstreams.calls == {
        "scheduling GET /doctors": 1,
        "scheduling GET /specialties": 1,
        "scheduling GET /appointments/pending-counts": 1,
        "scheduling GET /availability": 1,
    }


async def test_each_field_of_the_profile_fails_alone(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["scheduling GET /doctors"] = (503, "UNAVAILABLE")
    data, errors = await ask.doctor("{ me { id name pendingCount } }")
    assert data == {"me": {"id": "doc_1", "name": None, "pendingCount": 2}}
    assert errors == {"me.name": "UpstreamUnavailable"}


async def test_nobody_is_nobody(ask: Asking, downstreams: Downstreams) -> None:
    """Admission refuses first; should it ever not, the graph does, and calls nobody."""
    ask.as_nobody = True
    assert await ask.doctor("{ me { name } }") == (None, {"me": "Unauthenticated"})
    assert not downstreams.calls


async def test_a_list_goes_on_after_any_edge(ask: Asking, downstreams: Downstreams) -> None:
    """From the middle of a page the service is asked for that page again, and what was seen is left out."""
    downstreams.size = 7
    data, _ = await ask.doctor(PAGE, first=3)
    assert data is not None
    page = data["me"]["appointments"]
    assert [edge["node"]["id"] for edge in page["edges"]] == ["apt_1", "apt_2", "apt_3"]
    assert page["pageInfo"]["hasNextPage"]
    assert not page["pageInfo"]["hasPreviousPage"]
    seen = {}
    for edge in page["edges"]:
        answer, _ = await ask.doctor(PAGE, first=3, after=edge["cursor"])
        assert answer is not None
        seen[edge["node"]["id"]] = [each["node"]["id"] for each in answer["me"]["appointments"]["edges"]]
        assert answer["me"]["appointments"]["pageInfo"]["hasPreviousPage"]
    assert seen == {
        "apt_1": ["apt_2", "apt_3", "apt_4"],
        "apt_2": ["apt_3", "apt_4", "apt_5"],
        "apt_3": ["apt_4", "apt_5", "apt_6"],
    }


async def test_a_list_may_be_narrowed_by_status(ask: Asking, downstreams: Downstreams) -> None:
    _, errors = await ask.doctor("{ me { appointments(filter: {statuses: [REQUESTED, CONFIRMED]}) { nodes { id } } } }")
    assert errors == {}
    query = downstreams.queries["scheduling GET /appointments/of-doctors"]
    assert query == {"doctorIds": "doc_1", "statuses": "CONFIRMED,REQUESTED", "limit": "20"}


async def test_signing_in_looks_a_crm_up(ask: Asking, downstreams: Downstreams) -> None:
    """Signing in is public: it needs no person, and the password reaches Cognito alone."""
    ask.as_nobody = True
    answer = await ask.doctor(
        """mutation { signIn(input: {login: "123456/SP", password: "secret"}) {
            ... on Session { accessToken refreshToken expiresAt }
        } }"""
    )
    session = {"accessToken": "access", "refreshToken": "refresh", "expiresAt": "2026-11-24T13:00:00Z"}
    assert answer == ({"signIn": session}, {})
    assert downstreams.sent["erp POST /logins"] == {"login": "123456/SP"}
    assert downstreams.sent["cognito POST /"]["AuthParameters"] == {"USERNAME": "doc_1", "PASSWORD": "secret"}
