"""What a visitor of GraphiQL does and sees."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from schema.common.principals import Audience
from tests.platform import Platform


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
