"""GraphiQL in a real browser, against the running platform, with the network outside of this machine cut off."""

import json
import os
import shutil
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from schema.common.principals import Audience

# A page waits for a platform that may be busy with other tests.
expect.set_options(timeout=30_000)

pytestmark = [pytest.mark.browser, pytest.mark.platform]

QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # Whatever the test's own filter does not see (a worker, a WebSocket) finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# What Chromium says of an answer with this status, which is what one test asks for.
REFUSED = "Failed to load resource: the server responded with a status of 401"


class Platform(Protocol):
    """What these tests need of the running platform."""

    @property
    def bff_url(self) -> str:
        """The BFF's address, http://127.0.0.1:PORT."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed (apt-get install chromium)"
        if os.environ.get("HEALTHMED_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page whose test fails if it asks for anything outside of this machine, or if its console says an error."""
    foreign: list[str] = []
    errors: list[str] = []

    def stay_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    context = browser.new_context(viewport={"width": 1440, "height": 860})
    context.route("**/*", stay_here)
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert foreign == []
    assert [error for error in errors if not error.startswith(REFUSED)] == []


def opened(page: Page, platform: Platform, audience: Audience) -> None:
    page.goto(f"{platform.bff_url}/{audience}/graphql")
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Sign in as {name}").click()
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()


def click_example(page: Page, title: str) -> None:
    page.locator(".examples").get_by_role("button").filter(has=page.get_by_text(title, exact=True)).click()


def editor_value(page: Page, name: str) -> str:
    """Return the whole text of an editor; on the page, Monaco shows only the lines in sight."""
    script = "name => __MONACO.editor.getModels().find(model => model.uri.path.endsWith(name)).getValue()"
    value: str = page.evaluate(script, name)
    return value


def answer(page: Page) -> dict[str, Any]:
    """Wait for an answer in the response pane and return its data; any error in it is a failure."""
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text('"data"')
    result: dict[str, Any] = json.loads(editor_value(page, "response.json"))
    assert "errors" not in result
    data: dict[str, Any] = result["data"]
    return data


@pytest.mark.parametrize(
    ("audience", "name", "title"),
    [
        ("patient", "Ana (patient)", "My home"),
        ("doctor", "Bruno (doctor)", "My agenda"),
        ("erp", "Carla (admin)", "Dashboard"),
    ],
)
def test_one_click_signs_in_and_one_more_shows_data(
    page: Page, platform: Platform, audience: Audience, name: str, title: str
) -> None:
    opened(page, platform, audience)

    sign_in(page, name)
    click_example(page, title)

    assert all(answer(page).values())


def test_the_token_is_kept_in_memory_alone(page: Page, platform: Platform) -> None:
    opened(page, platform, "patient")
    sign_in(page, "Ana (patient)")
    click_example(page, "My home")
    answer(page)

    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    page.reload()
    expect(page.get_by_role("button", name="Sign in as Ana (patient)")).to_be_visible()


def test_after_signing_out_the_graph_refuses(page: Page, platform: Platform) -> None:
    opened(page, platform, "erp")
    sign_in(page, "Carla (admin)")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in as Carla (admin)")).to_be_visible()

    with page.expect_response(lambda response: response.request.method == "POST") as refused:
        click_example(page, "Dashboard")

    assert "authorization" not in refused.value.request.headers
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("UNAUTHENTICATED")


def test_a_wrong_password_says_so_and_signs_nobody_in(page: Page, platform: Platform) -> None:
    opened(page, platform, "doctor")
    page.get_by_role("button", name="Another login").click()
    page.get_by_label("Login").fill("123456/SP")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator(".bar").get_by_role("alert")).not_to_be_empty()
    expect(page.get_by_text("Signed in as")).to_have_count(0)


def test_an_example_takes_its_ids_from_an_earlier_answer(page: Page, platform: Platform) -> None:
    """A mutation is loaded but not run: it waits for the play button."""
    opened(page, platform, "patient")
    click_example(page, "Find a doctor")
    nearest = answer(page)["doctors"]["nodes"][0]

    click_example(page, "Book an appointment")

    booking = json.loads(editor_value(page, "variables.json"))["input"]
    assert booking["doctorId"] == nearest["id"]
    assert booking["startsAt"] == nearest["nextSlot"]["startsAt"]
    assert editor_value(page, "response.json") == ""
