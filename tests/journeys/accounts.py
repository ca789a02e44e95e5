"""New accounts for a story, in each pool, as those who make them do."""

import re
import secrets

import httpx

from services.common.aws import aws_client
from services.common.table import Table
from services.erp.models import Admin
from services.erp.store.admins import admin_items
from tests.journeys import operations as op
from tests.journeys.account_operations import REGISTER_DOCTOR
from tests.journeys.graph import Graph
from tests.journeys.mailbox import code_mailed_to, mails_to
from tests.journeys.people import PASSWORD, new_registration
from tests.journeys.waiting import until
from tests.platform import Platform

ERP_TABLE = "healthmed-erp"
_TEMPORARY = re.compile(r"temporary password is (\S+)\.$")


async def registered(nobody: Graph) -> tuple[str, str]:
    """Register a patient; return the id and the e-mail address, to which a code is on its way."""
    registration = new_registration()
    answer = await nobody.do(op.REGISTER, input=registration)
    return answer["patientId"], str(registration["email"])


async def confirmed_patient(platform: Platform, http: httpx.AsyncClient, nobody: Graph) -> tuple[str, str]:
    """Register a patient and confirm the e-mail address; return the id and the address."""
    patient_id, email = await registered(nobody)
    code = await code_mailed_to(http, platform.aws_url, email)
    answer = await nobody.do(op.CONFIRM_REGISTRATION, input={"login": email, "code": code, "patientId": patient_id})
    assert answer["__typename"] == "RegistrationConfirmed", answer
    return patient_id, email


async def new_admin(platform: Platform, *, temporary: bool = False) -> tuple[str, str]:
    """Make an admin with the role support; the password is `PASSWORD`, perhaps a temporary one."""
    admin_id, email = f"adm_{secrets.token_hex(13)}", f"support.{secrets.token_hex(6)}@example.com"
    async with aws_client("dynamodb") as dynamodb:
        admin = Admin(id=admin_id, name="Sônia do Suporte", email=email, roles=("support",))
        await Table(dynamodb, ERP_TABLE).put_all(admin_items(admin))
    pool = platform.pools["erp"].id
    async with aws_client("cognito-idp") as cognito:
        await cognito.admin_create_user(
            UserPoolId=pool,
            Username=admin_id,
            TemporaryPassword=PASSWORD,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        if not temporary:
            await cognito.admin_set_user_password(UserPoolId=pool, Username=admin_id, Password=PASSWORD, Permanent=True)
        await cognito.admin_add_user_to_group(UserPoolId=pool, Username=admin_id, GroupName="support")
    return admin_id, email


async def disable(pool_id: str, username: str) -> None:
    """Let an account not be used any more, as an administrator of the pool does."""
    async with aws_client("cognito-idp") as cognito:
        await cognito.admin_disable_user(UserPoolId=pool_id, Username=username)


async def invited_doctor(platform: Platform, http: httpx.AsyncClient, admin: Graph) -> tuple[str, str, str]:
    """Register a doctor; return the id, the CRM, and the temporary password of the invitation."""
    number, email = str(secrets.randbelow(900_000) + 100_000), f"iris.{secrets.token_hex(6)}@example.com"
    doctor = {
        "name": "Íris da Jornada",
        "crm": {"number": number, "state": "AC"},
        "email": email,
        "specialties": ["CARDIOLOGY"],
        "bio": "",
        "clinic": {"name": "Clínica", "city": "Rio Branco", "state": "AC", "latitude": -9.97, "longitude": -67.8},
        "timeZone": "America/Rio_Branco",
        "priceCents": 10_000,
        "idempotencyKey": secrets.token_hex(8),
    }
    registered = await admin.do(REGISTER_DOCTOR, input=doctor)
    assert registered["__typename"] == "DoctorRegistered", registered
    password = await until(lambda: _invitation_to(http, platform.aws_url, email))
    return registered["doctor"]["id"], f"{number}/AC", password


async def _invitation_to(http: httpx.AsyncClient, aws_url: str, address: str) -> str | None:
    found = [_TEMPORARY.search(text) for text in await mails_to(http, aws_url, address)]
    return found[-1].group(1) if found and found[-1] else None
