"""The shape that every service shares: deny by default, problems as JSON, a health check, an OpenAPI document."""

import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.common.callers import CallerCheck, caller_of
from services.common.changes import end_streams
from services.common.wire import PROBLEM_JSON, Problem, ProblemBody, answer_http, answer_invalid, answer_problem

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# Longer than our clients keep an idle connection, so that a request never meets a closing one.
KEEP_ALIVE_SECONDS = 75
STARTUP_FAILURE = 3
PROBLEM_STATUSES = (400, 401, 403, 404, 409, 422, 503)


class _Service(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Describe problems by their own media type: FastAPI knows one media type a route."""
        document = super().openapi()
        for operations in document["paths"].values():
            for operation in operations.values():
                for status in PROBLEM_STATUSES:
                    content = operation["responses"][str(status)]["content"]
                    if "application/json" in content:
                        content[PROBLEM_JSON] = content.pop("application/json")
        return document


def service_app(title: str, routes: APIRouter, caller_check: CallerCheck, lifespan: Lifespan) -> FastAPI:
    """Build a service around its `routes`: none of them is reached without a valid internal token."""
    app = _Service(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses={status: {"model": ProblemBody} for status in PROBLEM_STATUSES},
        exception_handlers={
            Problem: answer_problem,
            RequestValidationError: answer_invalid,
            HTTPException: answer_http,
        },
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.caller_check = caller_check
    app.include_router(routes, dependencies=[Depends(caller_of)])
    app.add_api_route("/health", health, methods=["GET"], include_in_schema=False)
    return app


async def health() -> dict[str, str]:
    """Say that the process serves."""
    return {"status": "up"}


def serve(app: Any, host: str, port: int) -> None:  # noqa: ANN401  any ASGI application
    """Serve `app` until SIGTERM. Request lines are not logged: ids and searches are the caller's business."""
    logging.basicConfig(
        level=os.environ.get("HEALTHMED_LOG_LEVEL", "INFO"), format="%(levelname)s %(name)s %(message)s"
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=10,
    )
    server = Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


class Server(uvicorn.Server):
    """Uvicorn, for applications that may have streams."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams before waiting for the answers under way: they would take the whole grace."""
        end_streams(self.config.app)
        await super().shutdown(sockets)
