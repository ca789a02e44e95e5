"""The mail that Cognito sent, as the emulator shows it."""

import re

import httpx

_CODE = re.compile(r"\b\d{6}\b")


async def mails_to(http: httpx.AsyncClient, aws_url: str, address: str) -> list[str]:
    """Return the texts of all mails to `address`, the newest last."""
    by_account = (await http.get(f"{aws_url}/_ministack/ses/messages")).json()["messages"]
    return [mail["BodyText"] for mails in by_account.values() for mail in mails if address in mail["To"]]


async def code_mailed_to(http: httpx.AsyncClient, aws_url: str, address: str) -> str:
    """Return the six digits of the newest mail to `address`."""
    texts = await mails_to(http, aws_url, address)
    assert texts, "no mail went to the new patient"
    found = _CODE.search(texts[-1])
    assert found, "the mail has no code"
    return found.group()
