"""Patients and their logins in DynamoDB.

    PATIENT#id           PROFILE   gsi1: PATIENTS by name, gsi2 (ACTIVE ones): PATIENTS#ACTIVE by day of registration
    LOGIN#CPF#digits     PATIENT   whose it is, and whether that patient is ACTIVE
    LOGIN#EMAIL#address  PATIENT

Both logins belong to one patient at a time: whoever registers claims both in one transaction.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from services.common.ids import new_id
from services.common.outbox import Event, event_write
from services.common.table import Item, Key, Table, Write, put, put_version
from services.common.wire import NotFound, Problem
from services.records.models import NewPatient, PatientStatus, Profile
from services.records.rules.identity import day_in_brazil, fold
from services.records.store.contention import insist

# A page's cursor carries the index key, and must itself fit into a request, whatever letters a name is made of.
INDEXED_NAME_CHARS: Final = 90

_BY_NAME: Final = "PATIENTS"
_ACTIVE_BY_DAY: Final = "PATIENTS#ACTIVE"
_LAST: Final = "\U0010ffff"


class AlreadyRegistered(Problem):
    """An ACTIVE patient has this CPF or this e-mail address."""

    def __init__(self) -> None:
        super().__init__(409, "ALREADY_REGISTERED", "A patient with this CPF or e-mail is registered already.")


def patient_items(profile: Profile) -> list[Item]:
    """Return the items that a patient is kept as: the profile and its two logins."""
    return [_profile_item(profile), *(_login_item(key, profile) for key in _login_keys(profile))]


class PatientStore:
    """The patients' part of the service's table."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table

    async def patient_id(self, kind: str, login: str) -> str | None:
        """Return whose login this is, PENDING patients' too; `kind` is CPF or EMAIL."""
        key = _login_key(kind, login)
        item = (await self._table.get([key])).get(key)
        return str(item["patientId"]) if item else None

    async def patients(self, ids: Iterable[str]) -> Sequence[Profile]:
        """Return the patients with these ids, in their order; absent ones are left out."""
        keys = [_profile_key(patient_id) for patient_id in ids]
        items = await self._table.get(keys)
        return [_profile(items[key]) for key in keys if key in items]

    async def page(self, search: str | None, limit: int, after: str | None) -> tuple[Sequence[Profile], str | None]:
        """Return one page of patients by name, and the cursor of the next; `search` is the beginning of a name."""
        start = _indexed(search or "")
        between = (start, start + _LAST) if start else None
        page = await self._table.query(_BY_NAME, index="gsi1", between=between, limit=limit, after=after)
        return [_profile(item) for item in page.items], page.next

    async def count_active(self, first_day: date, last_day: date) -> int:
        """Count the ACTIVE patients who registered on the days [first_day, last_day] in America/Sao_Paulo."""
        days = (first_day.isoformat(), last_day.isoformat() + _LAST)
        return len((await self._table.query(_ACTIVE_BY_DAY, index="gsi2", between=days)).items)

    async def register(self, new: NewPatient, now: datetime) -> str:
        """Add a PENDING patient in place of PENDING ones with the same CPF or e-mail, and return the id.

        `new` is normalised. Raises `AlreadyRegistered`.
        """
        profile = Profile(
            id=new_id("pat", now),
            name=new.name,
            cpf=new.cpf,
            email=new.email,
            phone=new.phone,
            birth_date=new.birth_date,
            time_zone=new.time_zone,
            status=PatientStatus.PENDING,
            registered_at=now,
            consents=new.consents,
            version=1,
        )

        async def claim() -> None:
            await self._table.transact(await self._registration(profile, now))

        await insist(claim)
        return profile.id

    async def _registration(self, profile: Profile, now: datetime) -> Sequence[Write]:
        keys = _login_keys(profile)
        held = await self._table.get(keys)
        if any(item["status"] == PatientStatus.ACTIVE for item in held.values()):
            raise AlreadyRegistered
        replaced = await self.patients({item["patientId"] for item in held.values()})
        return [
            put(_profile_item(profile), new=True),
            *(_claim(key, profile, held.get(key)) for key in keys),
            *(write for each in replaced for write in _removal(each, kept=keys)),
            event_write(_event("patient.registered", profile, now)),
        ]

    async def confirm(self, patient_id: str, now: datetime) -> None:
        """Make a PENDING patient ACTIVE; an ACTIVE one stays. Raises `NotFound`, also for one who was replaced."""

        async def activate() -> None:
            found = await self.patients([patient_id])
            if not found:
                raise NotFound
            if found[0].status is PatientStatus.PENDING:
                await self._table.transact(_confirmation(found[0], now))

        await insist(activate)


def _confirmation(pending: Profile, now: datetime) -> Sequence[Write]:
    active = pending.model_copy(update={"status": PatientStatus.ACTIVE, "version": pending.version + 1})
    return [
        put_version(_profile_item(active), replaces=pending.version),
        *(_put_login(key, active, was=pending.id) for key in _login_keys(active)),
        event_write(_event("patient.confirmed", active, now)),
    ]


def _claim(key: Key, profile: Profile, held: Item | None) -> Write:
    return _put_login(key, profile, was=held["patientId"]) if held else put(_login_item(key, profile), new=True)


def _put_login(key: Key, profile: Profile, *, was: str) -> Write:
    return Write(
        kind="Put",
        item=_login_item(key, profile),
        condition="patientId = :was AND #status = :pending",
        names={"#status": "status"},
        values={":was": was, ":pending": PatientStatus.PENDING},
    )


def _removal(pending: Profile, kept: Sequence[Key]) -> Sequence[Write]:
    """Remove a PENDING patient, and the login, if any, that the new registration does not take over.

    No condition of its own: the same transaction claims a login of this patient, and fails where anything has changed.
    """
    gone = [_profile_key(pending.id), *(key for key in _login_keys(pending) if key not in kept)]
    return [Write(kind="Delete", key=key) for key in gone]


def _profile_key(patient_id: str) -> Key:
    return f"PATIENT#{patient_id}", "PROFILE"


def _login_key(kind: str, login: str) -> Key:
    return f"LOGIN#{kind}#{login}", "PATIENT"


def _login_keys(profile: Profile) -> Sequence[Key]:
    return [_login_key("CPF", profile.cpf), _login_key("EMAIL", profile.email)]


def _indexed(name: str) -> str:
    """Return the beginning of a name to order and search by, in ASCII: other letters escaped, as a cursor has them."""
    return json.dumps(fold(name))[1:-1][:INDEXED_NAME_CHARS]


def _profile_item(profile: Profile) -> Item:
    pk, sk = _profile_key(profile.id)
    active = profile.status is PatientStatus.ACTIVE
    return {
        "pk": pk,
        "sk": sk,
        "gsi1pk": _BY_NAME,
        "gsi1sk": f"{_indexed(profile.name)} #{profile.id}",  # the space keeps Ana before Ana Maria
        "gsi2pk": _ACTIVE_BY_DAY if active else None,
        "gsi2sk": f"{day_in_brazil(profile.registered_at)}#{profile.id}" if active else None,
        "version": profile.version,
        "body": profile.model_dump_json(),
    }


def _login_item(key: Key, profile: Profile) -> Item:
    pk, sk = key
    return {"pk": pk, "sk": sk, "patientId": profile.id, "status": profile.status}


def _profile(item: Item) -> Profile:
    return Profile.model_validate_json(item["body"])


def _event(kind: str, profile: Profile, now: datetime) -> Event:
    return Event.of(kind, profile.id, profile.version, now, {"patientId": profile.id})
