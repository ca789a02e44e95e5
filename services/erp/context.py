"""What a route may use and who may call it, as FastAPI dependencies: the caller is judged before a body is read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.common.callers import ANONYMOUS, Caller, CallerOf, Forbidden
from services.common.clock import Clock
from services.common.table import Table
from services.erp.rules import MAY_READ, MAY_READ_MONEY, MAY_REGISTER
from services.erp.store.admins import Admins
from services.erp.store.invoices import Invoices
from services.erp.store.registrations import Registrations


@dataclass(frozen=True, slots=True, kw_only=True)
class Erp:
    """The ERP's stores and its clock."""

    table: Table
    registrations: Registrations
    admins: Admins
    invoices: Invoices
    clock: Clock

    @classmethod
    def over(cls, table: Table, clock: Clock) -> "Erp":
        """Open the stores of `table`."""
        return cls(
            table=table,
            registrations=Registrations(table),
            admins=Admins(table),
            invoices=Invoices(table),
            clock=clock,
        )


async def erp_of(request: Request) -> Erp:
    """Give a route what the wiring put into the application."""
    erp: Erp = request.app.state.erp
    return erp


ErpOf = Annotated[Erp, Depends(erp_of)]


def allowing(roles: Collection[str], *services: str) -> Callable[[Caller], Caller]:
    """Return a dependency that lets through admins with one of `roles`, and the named `services`; nobody else."""

    def judged(caller: CallerOf) -> Caller:
        if caller.has_role(*roles) or (services and caller.is_service(*services)):
            return caller
        raise Forbidden

    return judged


async def signing_in(caller: CallerOf) -> Caller:
    """Let through somebody who is about to sign in as a doctor or an admin."""
    if caller.pool in {"doctor", "erp"} and caller.actor == ANONYMOUS:
        return caller
    raise Forbidden


NewcomerOf = Annotated[Caller, Depends(signing_in)]
ReaderOf = Annotated[Caller, Depends(allowing(MAY_READ))]
RegistrationReaderOf = Annotated[Caller, Depends(allowing(MAY_READ, "events"))]
MoneyReaderOf = Annotated[Caller, Depends(allowing(MAY_READ_MONEY))]
RegistrarOf = Annotated[Caller, Depends(allowing(MAY_REGISTER))]
IssuerOf = Annotated[Caller, Depends(allowing((), "events"))]
