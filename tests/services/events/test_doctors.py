from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from clients.cognito.admin import CognitoAdmin
from clients.erp.models import Registration
from clients.errors import UpstreamNotFound
from services.erp.models import MAX_CENTS, NewDoctor
from services.erp.rules import MAX_EMAIL_LENGTH, parse_email
from services.events.doctors import Doctors, UnknownDoctorError, profile_of
from services.events.platform import Platform
from services.scheduling import doctors as directory
from tests.services.events.neighbours import PROFILE, Erp, Scheduling, doctor_event

pytestmark = pytest.mark.anyio


@pytest.fixture
def doctors(services: Platform, cognito_idp: Any, pool_id: str) -> Doctors:  # noqa: ANN401  aiobotocore clients have no type
    return Doctors(platform=services, accounts=CognitoAdmin(cognito_idp, pool_id))


async def test_a_registered_doctor_is_invited_under_an_opaque_username(
    doctors: Doctors,
    erp: Erp,
    cognito_idp: Any,  # noqa: ANN401  aiobotocore clients have no type
    pool_id: str,
) -> None:
    doctor = erp.registered()
    for _ in range(2):
        await doctors.invite(doctor_event("registered", doctor))
    users = (await cognito_idp.list_users(UserPoolId=pool_id))["Users"]
    attributes = {each["Name"]: each["Value"] for each in users[0]["Attributes"]}
    assert [(user["Username"], user["UserStatus"]) for user in users] == [(doctor["id"], "FORCE_CHANGE_PASSWORD")]
    assert (attributes["email"], attributes["email_verified"]) == (doctor["email"], "true")


async def test_the_directory_is_told_of_the_registration_as_it_is_now(
    doctors: Doctors, erp: Erp, scheduling: Scheduling
) -> None:
    """An event that comes late tells of the newer version."""
    doctor = erp.registered()
    late = doctor_event("registered", doctor)
    doctor |= {"status": "SUSPENDED", "version": 2}
    for _ in range(2):
        await doctors.project(late)
    profile = {**PROFILE, "calendarId": doctor["email"], "status": "SUSPENDED", "version": 2}
    assert scheduling.profiles == {doctor["id"]: profile}


async def test_a_suspended_doctor_is_locked_out(
    doctors: Doctors,
    erp: Erp,
    cognito_idp: Any,  # noqa: ANN401  aiobotocore clients have no type
    pool_id: str,
) -> None:
    doctor = erp.registered()
    await doctors.invite(doctor_event("registered", doctor))
    for _ in range(2):
        await doctors.lock_out(doctor_event("suspended", doctor))
    assert not (await cognito_idp.admin_get_user(UserPoolId=pool_id, Username=doctor["id"]))["Enabled"]
    await doctors.invite(doctor_event("registered", doctor))
    assert not (await cognito_idp.admin_get_user(UserPoolId=pool_id, Username=doctor["id"]))["Enabled"]


async def test_a_suspension_that_overtakes_the_registration_waits_for_it(doctors: Doctors, erp: Erp) -> None:
    with pytest.raises(UpstreamNotFound):
        await doctors.lock_out(doctor_event("suspended", erp.registered()))


async def test_a_doctor_whom_the_erp_does_not_have_is_an_error(doctors: Doctors, erp: Erp) -> None:
    told = doctor_event("registered", erp.registered())
    erp.registrations.clear()
    with pytest.raises(UnknownDoctorError):
        await doctors.invite(told)
    with pytest.raises(UnknownDoctorError):
        await doctors.project(told)


def test_the_directory_takes_the_longest_registration_that_the_erp_does() -> None:
    """What it refused, the worker would send for ever."""
    longest: dict[str, Any] = {
        "name": "á" * 200,
        "crm": {"number": "1234567P", "state": "SP"},
        "email": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.comm.br",
        "specialties": [f"{number:060}" for number in range(10)],
        "bio": "á" * 2000,
        "clinic": {"name": "á" * 200, "city": "á" * 200, "state": "SP", "latitude": -90, "longitude": 180},
        "timeZone": "America/Argentina/ComodRivadavia",
        "priceCents": MAX_CENTS,
    }
    NewDoctor.model_validate(longest | {"idempotencyKey": "1"})
    email = parse_email(longest["email"])
    assert email is not None
    assert len(email) == MAX_EMAIL_LENGTH
    told = longest | {"id": "doc_1", "email": email, "currency": "BRL", "status": "ACTIVE", "version": 1}
    registration = msgspec.convert(told | {"registeredAt": "2026-11-24T12:00:00Z"}, Registration)
    profile = msgspec.json.encode(profile_of(registration))
    assert directory.Registration.model_validate_json(profile).version == 1
    for field, longer in (("name", "á" * 201), ("bio", "á" * 2001), ("priceCents", MAX_CENTS + 1)):
        with pytest.raises(ValidationError):
            NewDoctor.model_validate(longest | {"idempotencyKey": "1", field: longer})
