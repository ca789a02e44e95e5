"""Google Meet conferences: asked for with an event, made a moment later."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.google.errors import GoogleError

PENDING_MS: Final = 300
_SOLUTION: Final = {"type": "hangoutsMeet"}
_CODE_LETTERS: Final = (3, 4, 3)


def meet_link(calendar_id: str, event_id: str, request_id: str) -> str:
    """Return the one link, https://meet.google.com/xxx-yyyy-zzz, of this request for a conference."""
    digest = hashlib.sha256(f"{calendar_id}\n{event_id}\n{request_id}".encode()).digest()
    letters = "".join(chr(ord("a") + byte % 26) for byte in digest)
    code, taken = [], 0
    for size in _CODE_LETTERS:
        code.append(letters[taken : taken + size])
        taken += size
    return f"https://meet.google.com/{'-'.join(code)}"


def requested(data: Mapping[str, Any], *, delegated: bool) -> str:
    """Return the `requestId` of `conferenceData` that asks for a conference.

    Raises 400, as Google does, for another kind than Meet or for a service account that impersonates nobody.
    """
    request = data.get("createRequest")
    if request is None:
        raise GoogleError(400, "invalid", "Invalid conference data: a createRequest is expected.")
    if not delegated or request.get("conferenceSolutionKey") != _SOLUTION:
        raise GoogleError(400, "invalid", "Invalid conference type value.")
    if not request.get("requestId"):
        raise GoogleError(400, "invalid", "Missing conference create request id.")
    identity: str = request["requestId"]
    return identity


def pending(request_id: str) -> dict[str, Any]:
    """Return the conference data until the conference is made."""
    status = {"statusCode": "pending"}
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": _SOLUTION, "status": status}}


def made(request_id: str, link: str) -> dict[str, Any]:
    """Return the conference data once it is made."""
    data = pending(request_id)
    data["createRequest"]["status"] = {"statusCode": "success"}
    label = link.removeprefix("https://")
    return {
        **data,
        "entryPoints": [{"entryPointType": "video", "uri": link, "label": label}],
        "conferenceSolution": {"key": _SOLUTION, "name": "Google Meet"},
        "conferenceId": link.rsplit("/", 1)[1],
    }
