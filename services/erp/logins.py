"""Logins: from what a person types to the opaque Cognito username."""

from fastapi import APIRouter

from services.common.callers import Pool
from services.common.wire import NotFound
from services.erp.context import ErpOf, NewcomerOf
from services.erp.models import Login, Username
from services.erp.rules import parse_crm, parse_email
from services.erp.store.logins import crm_login, email_login, owners_of

routes = APIRouter()


@routes.post("/logins")
async def find_login(login: Login, caller: NewcomerOf, erp: ErpOf) -> Username:
    """Return the username of a doctor (CRM or e-mail) or of an admin (e-mail), in the caller's pool."""
    key = _key(login.login, caller.pool)
    for owner in await owners_of(erp.table, [key] if key else []):
        return Username(username=owner)
    raise NotFound


def _key(typed: str, pool: Pool) -> str | None:
    email = parse_email(typed)
    if pool == "erp":
        return email_login("erp", email) if email else None
    crm = parse_crm(typed)
    if crm:
        return crm_login(crm)
    return email_login("doctor", email) if email else None
