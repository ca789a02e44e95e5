"""The shape that every service shares: deny by default, problems as JSON, a health check, an OpenAPI document."""

import logging
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError

from services.common.callers import CallerCheck, caller_of
from services.common.wire import Problem, ProblemBody, answer_invalid, answer_problem

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

PROBLEM_STATUSES = (401, 403, 404, 409, 422)


def service_app(title: str, routes: APIRouter, caller_check: CallerCheck, lifespan: Lifespan) -> FastAPI:
    """Build a service around its `routes`: none of them is reached without a valid internal token."""
    app = FastAPI(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses={status: {"model": ProblemBody} for status in PROBLEM_STATUSES},
        exception_handlers={Problem: answer_problem, RequestValidationError: answer_invalid},
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
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", timeout_graceful_shutdown=10)
