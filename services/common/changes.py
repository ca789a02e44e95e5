"""`GET /changes`: what happens in a service, as a stream of server-sent events to the BFF's processes.

An event's `data` is JSON: id, type, entity, version, at, data. The stream's `id` is the cursor to come back with
(`?after=`): each event comes at least once, and readers know by the event's own id what they had already.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import StreamingResponse
from starlette.types import Send

from services.common.callers import BFF, Caller, CallerOf, Forbidden
from services.common.change_log import ChangeLog, Pace, Told
from services.common.clock import Clock
from services.common.outbox import Outbox
from services.common.table import Table

READERS: Final = (BFF, "events")
MEDIA_TYPE: Final = "text/event-stream"

Position = Annotated[str | None, Query(pattern="^evt_[0-9a-z]{26}$", description="A cursor that the stream gave.")]

routes: Final = APIRouter()


def change_log(table: Table, clock: Clock, pace: Pace | None = None) -> ChangeLog:
    """Return the log of a service's table; the wiring enters it, and keeps it as `app.state.changes`."""
    return ChangeLog(Outbox(table), clock, pace or Pace())


def end_streams(app: Any) -> None:  # noqa: ANN401  any ASGI application
    """End the streams of an application that stops, where it has any: they would never end by themselves."""
    changes: ChangeLog | None = getattr(getattr(app, "state", None), "changes", None)
    if changes is not None:
        changes.end()


async def reading(caller: CallerOf) -> Caller:
    """Let through those who tell people, or other services, what happened."""
    if not caller.is_service(*READERS):
        raise Forbidden
    return caller


class EventStream(StreamingResponse):
    """Server-sent events; a reader that leaves closes what they come from."""

    media_type = MEDIA_TYPE

    def __init__(self, told: AsyncGenerator[Told]) -> None:
        self._told: Final = told
        super().__init__((_rendered(each) async for each in told), headers={"Cache-Control": "no-store"})

    async def stream_response(self, send: Send) -> None:
        """Send until the source ends or the reader leaves."""
        async with aclosing(self._told):
            await super().stream_response(send)


# OpenAPI has no words for an answer without an end.
@routes.get("/changes", include_in_schema=False, dependencies=[Depends(reading)])
async def changes(request: Request, after: Position = None) -> EventStream:
    """Tell what happens from the cursor `after` on; without one, from now on."""
    log = cast("ChangeLog", request.app.state.changes)
    return EventStream(log.follow(after))


def _rendered(told: Told) -> str:
    """Return an event; or, where there is none, a comment that moves the reader's cursor (no event comes of it)."""
    if told.event is None:
        return f":\nid: {told.cursor}\n\n"
    event = told.event
    body = {
        "id": event.id,
        "type": event.type,
        "entity": event.entity,
        "version": event.version,
        "at": event.at.isoformat(),
        "data": dict(event.data),
    }
    return f"id: {told.cursor}\nevent: {event.type}\ndata: {json.dumps(body)}\n\n"
