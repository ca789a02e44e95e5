"""The fake as a web application: the token endpoint, the batch endpoint, and the API for all the rest."""

import time
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.google import batch
from sandbox.google.api import GoogleApi
from sandbox.google.calls import Answer
from sandbox.google.errors import GoogleError
from sandbox.google.store import EventStore
from sandbox.google.tokens import GrantRefused, TokenDesk

_API_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def google(state_path: Path, client_email: str, public_key_pem: str) -> Starlette:
    """Make the application over the events in `state_path`, for one service account and its RSA public key.

    The handlers call SQLite directly: a call takes well under a millisecond and the file has one writer.
    """
    tokens = TokenDesk(client_email, public_key_pem, _now_ms)
    api = GoogleApi(EventStore(state_path), tokens, _now_ms)

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            return JSONResponse(tokens.grant(form))
        except GrantRefused as refused:
            return JSONResponse(refused.body, 400)

    async def calendar_batch(request: Request) -> Response:
        try:
            calls = batch.parts(request.headers, await request.body())
        except GoogleError as error:
            return _response(Answer(error.code, error.body()))
        answers = (
            (call.content_id, api.answer(call.http_method, call.target, call.headers, call.content)) for call in calls
        )
        return Response(batch.joined(answers), media_type=batch.ANSWER_TYPE)

    async def anything(request: Request) -> Response:
        target = f"{request.scope['raw_path'].decode()}?{request.url.query}"
        return _response(api.answer(request.method, target, request.headers, await request.body()))

    return Starlette(
        routes=[
            Route("/token", token, methods=["POST"]),
            Route("/batch/calendar/v3", calendar_batch, methods=["POST"]),
            Route("/{path:path}", anything, methods=_API_METHODS),
        ],
        exception_handlers={ClientDisconnect: _nobody_waits},
    )


async def _nobody_waits(_: Request, __: Exception) -> Response:
    # A client that gave up is its own affair: without this handler it would be reported as a crash.
    return Response(status_code=HTTPStatus.REQUEST_TIMEOUT)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status)
    headers = {"ETag": answer.body["etag"]} if "etag" in answer.body else None
    return JSONResponse(answer.body, answer.status, headers)
