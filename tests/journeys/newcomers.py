"""A new patient, and a record of the patient's own: how stories begin."""

import hashlib
import secrets

import httpx

from tests.journeys import operations as op
from tests.journeys.graph import NOBODY, Graph, GraphOf
from tests.journeys.mailbox import code_mailed_to
from tests.journeys.people import PASSWORD, new_registration
from tests.platform import Platform

FILE = b"%PDF-1.4\n% an exam that a patient uploads\n" + b"x" * 4096


async def registered_patient(platform: Platform, graph: GraphOf, http: httpx.AsyncClient) -> Graph:
    """Register, confirm and sign in."""
    nobody = graph("patient", NOBODY)
    registration = new_registration()
    login = {"login": registration["cpf"], "password": PASSWORD}
    registered = await nobody.do(op.REGISTER, input=registration)
    assert registered["__typename"] == "RegistrationPending", registered
    assert (await nobody.do(op.SIGN_IN, input=login))["code"] == "INVALID_CREDENTIALS"
    code = await code_mailed_to(http, platform.aws_url, str(registration["email"]))
    wrong = await nobody.do(op.CONFIRM_REGISTRATION, input={"login": registration["email"], "code": "000000"})
    assert wrong["code"] == "CODE_MISMATCH"
    right = await nobody.do(op.CONFIRM_REGISTRATION, input={"login": registration["email"], "code": code})
    assert right["__typename"] == "RegistrationConfirmed"
    return nobody.signed_in((await nobody.do(op.SIGN_IN, input=login))["accessToken"])


async def uploaded_record(patient: Graph, http: httpx.AsyncClient) -> str:
    """Upload `FILE`; return the record's id."""
    announced = {
        "title": "Eletrocardiograma",
        "category": "EXAM",
        "contentType": "application/pdf",
        "sizeBytes": len(FILE),
        "sha256": hashlib.sha256(FILE).hexdigest(),
        "idempotencyKey": secrets.token_hex(8),
    }
    started = await patient.do(op.START_UPLOAD, input=announced)
    record_id: str = started["record"]["id"]
    assert (await patient.do(op.FINISH_UPLOAD, input={"recordId": record_id}))["code"] == "UPLOAD_MISSING"
    headers = {each["name"]: each["value"] for each in started["headers"]}
    (await http.put(started["uploadUrl"], content=FILE, headers=headers)).raise_for_status()
    finished = await patient.do(op.FINISH_UPLOAD, input={"recordId": record_id})
    assert finished["record"]["status"] == "READY"
    return record_id
