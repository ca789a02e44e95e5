"""GraphiQL in a real browser, against the running platform."""

import json

import pytest
from playwright.sync_api import Page, expect

from schema.common.principals import Audience
from tests.bff.graphiql.visiting import answer, click_example, editor_value, opened, sign_in
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.platform]


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
