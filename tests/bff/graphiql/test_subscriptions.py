"""Subscriptions on GraphiQL's page, in a real browser: what happens elsewhere appears, until one stops watching."""

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Response, expect

from sandbox.people import BRUNO
from schema.common.principals import Audience
from tests.bff.graphiql.visiting import answer, click_example, editor_value, opened, sign_in
from tests.journeys import operations as op
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.platform]

# Who signs in, and what shows them their appointments as they change.
WATCHED: Mapping[Audience, tuple[str, str]] = {
    "patient": ("Ana (patient)", "Watch my appointments"),
    "doctor": ("Bruno (doctor)", "Watch my agenda"),
}
EVENTS = "text/event-stream"
SECRET = "planted-in-a-header"
# Everything in which a page may keep something, and nothing is kept.
STORES = """async () => [
  ...Object.values(localStorage), ...Object.values(sessionStorage), document.cookie,
  ...(await indexedDB.databases()), ...(await caches.keys()),
].filter(Boolean)"""


class Ana:
    """The demo patient at another device, which sends plain HTTP."""

    def __init__(self, http: httpx.Client, platform: Platform) -> None:
        self._http = http
        self._url = f"{platform.bff_url}/patient/graphql"
        self._headers = {"Authorization": f"Bearer {platform.token('patient')}"}
        self._first_day = (platform.now().date() + timedelta(days=60)).isoformat()
        self.booked: list[str] = []

    def book(self) -> str:
        """Book the demo doctor's first free slot in two months, and return the appointment's id."""
        slots = self._ask(op.SLOTS, id=BRUNO.id, days=7, **{"from": self._first_day})["doctor"]["slots"]
        booking = {
            "doctorId": BRUNO.id,
            "startsAt": slots[0]["startsAt"],
            "reason": "Palpitations",
            "telemedicineConsent": True,
            "idempotencyKey": secrets.token_hex(8),
        }
        self.booked.append(self._ask(op.BOOK, input=booking)["bookAppointment"]["appointment"]["id"])
        return self.booked[-1]

    def cancel(self, appointment_id: str) -> None:
        """Cancel an appointment."""
        self.booked.remove(appointment_id)
        cancelled = self._ask(op.CANCEL, input={"appointmentId": appointment_id, "justification": "A journey"})
        assert cancelled["cancelAppointment"]["__typename"] == "AppointmentCancelled"

    def _ask(self, query: str, **variables: object) -> Any:  # noqa: ANN401  JSON
        response = self._http.post(self._url, json={"query": query, "variables": variables}, headers=self._headers)
        return response.json()["data"]


@pytest.fixture
def ana(platform: Platform) -> Iterator[Ana]:
    """Give the demo patient, who cancels what she booked."""
    with httpx.Client(timeout=60, trust_env=False) as http:
        ana = Ana(http, platform)
        yield ana
        for appointment_id in tuple(ana.booked):
            ana.cancel(appointment_id)


@contextmanager
def stream_opens(page: Page) -> Iterator[None]:
    """Wait for the answer that is a stream: from then on, nothing is missed."""

    def is_stream(response: Response) -> bool:
        return response.headers.get("content-type", "").startswith(EVENTS)

    with page.expect_response(is_stream):
        yield
    expect(stop_button(page)).to_be_visible()


@contextmanager
def stream_ends(page: Page) -> Iterator[None]:
    """Wait for the page to close a stream, and to say so."""
    with page.expect_event("requestfailed", lambda request: request.headers["accept"] == EVENTS):
        yield


def stop_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Stop query"))


def play_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Execute query"))


def watch(page: Page, platform: Platform, audience: Audience = "patient", title: str | None = None) -> None:
    """Open the page, sign in, and click on a subscription: on the one to appointments where none is named."""
    name, appointments = WATCHED[audience]
    opened(page, platform, audience)
    sign_in(page, name)
    with stream_opens(page):
        click_example(page, title or appointments)


@pytest.mark.parametrize("audience", WATCHED)
def test_what_is_booked_elsewhere_appears_until_one_stops(
    page: Page, platform: Platform, ana: Ana, audience: Audience
) -> None:
    watch(page, platform, audience)

    booked = ana.book()

    expect(page.locator(".graphiql-response .view-lines")).to_contain_text(booked)
    [appointment] = answer(page).values()
    assert appointment["status"] == "REQUESTED"
    with stream_ends(page):
        stop_button(page).click()
    expect(play_button(page)).to_be_visible()
    ana.cancel(booked)
    assert answer(page).popitem()[1] == appointment


def test_one_stream_shows_one_event_after_the_other(page: Page, platform: Platform, ana: Ana) -> None:
    watch(page, platform, title="Notifications")

    ana.cancel(ana.book())
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("APPOINTMENT_CANCELLED")
    booked = ana.book()
    ana.cancel(booked)

    expect(page.locator(".graphiql-response .view-lines")).to_contain_text(booked)
    expect(stop_button(page)).to_be_visible()


def test_a_stream_may_be_watched_again(page: Page, platform: Platform, ana: Ana) -> None:
    """The end of the first one is not taken for the end of the second one."""
    watch(page, platform)
    with stream_ends(page), stream_opens(page):
        click_example(page, "Notifications")

    ana.cancel(ana.book())

    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("notificationReceived")
    expect(stop_button(page)).to_be_visible()


def ask_for_home(page: Page) -> None:
    click_example(page, "My home")
    assert answer(page)["me"]


def open_tab(page: Page) -> None:
    page.get_by_role("button", name="New tab").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


@pytest.mark.parametrize("leave", [ask_for_home, open_tab, sign_out])
def test_who_turns_to_something_else_watches_no_more(
    page: Page, platform: Platform, leave: Callable[[Page], None]
) -> None:
    watch(page, platform)

    with stream_ends(page):
        leave(page)

    expect(play_button(page)).to_be_visible()


def test_nobody_is_told_why_nothing_is_shown(page: Page, platform: Platform) -> None:
    opened(page, platform, "patient")

    click_example(page, "Watch my appointments")

    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("UNAUTHENTICATED")
    assert [*json.loads(editor_value(page, "response.json"))] == ["errors"]
    expect(play_button(page)).to_be_visible()


def test_a_stream_that_breaks_off_says_so(page: Page, platform: Platform) -> None:
    opened(page, platform, "patient")
    page.route("**/patient/graphql", lambda route: route.fulfill(body=":\n\n", headers={"Content-Type": EVENTS}))

    click_example(page, "Watch my appointments")

    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("The stream broke off")
    expect(play_button(page)).to_be_visible()


def test_nothing_of_it_is_stored(page: Page, platform: Platform, ana: Ana) -> None:
    """Neither the token, nor a header that is typed in, nor what was told."""
    opened(page, platform, "patient")
    sign_in(page, "Ana (patient)")
    page.get_by_role("button", name="Headers", exact=True).click()
    page.locator(".graphiql-editor-tool .graphiql-editor:visible").click()
    page.keyboard.insert_text(json.dumps({"X-Planted": SECRET}))
    with page.expect_request(lambda request: request.headers.get("x-planted") == SECRET) as sent, stream_opens(page):
        click_example(page, "Watch my appointments")
    assert sent.value.headers["authorization"].startswith("Bearer ")
    booked = ana.book()
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text(booked)

    assert page.evaluate(STORES) == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.reload()
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")
    assert SECRET not in editor_value(page, "request-headers.json")


@pytest.mark.parametrize(("audience", "field"), [("patient", "notificationReceived"), ("doctor", "agendaChanged")])
def test_the_docs_and_the_explorer_know_them(page: Page, platform: Platform, audience: Audience, field: str) -> None:
    opened(page, platform, audience)

    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.locator(".graphiql-doc-explorer").get_by_role("link", name="Subscription", exact=True).click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text(field)

    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    page.locator(".graphiql-explorer-actions select").select_option("subscription")
    page.locator(".graphiql-explorer-actions button").click()
    expect(page.locator(".graphiql-explorer-root")).to_contain_text(field)
