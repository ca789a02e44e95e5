"""From what a person types to who that is, before any sign-in."""

from fastapi import APIRouter

from services.common.callers import CallerOf
from services.common.wire import NotFound
from services.records.models import Login, Username
from services.records.parts import PartsOf
from services.records.rules.audience import require_visitor
from services.records.rules.identity import login_of

routes = APIRouter()


@routes.post("/logins")
async def find_login(login: Login, caller: CallerOf, parts: PartsOf) -> Username:
    """Return the Cognito username behind a CPF in any punctuation or an e-mail in any case; 404 NOT_FOUND.

    A PENDING patient is found too: confirming needs it.
    """
    require_visitor(caller)
    key = login_of(login.login)
    patient_id = await parts.patients.patient_id(*key) if key else None
    if patient_id is None:
        raise NotFound
    return Username(username=patient_id)
