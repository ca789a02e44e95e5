"""Everything downstream of the graphs, played from memory: it notes each call, and fails where a test says so."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
import msgspec

from tests.schema import google_answers, samples
from tests.schema.samples import Json

_ID = re.compile(r"\b[a-z]{3}_\w+")
TOKENS = {"AuthenticationResult": {"AccessToken": "access", "RefreshToken": "refresh", "ExpiresIn": 3600}}


@dataclass(kw_only=True)
class Downstreams:
    """Scheduling, records, the ERP, Cognito and Google at `http://<service>.test`; every list has `size` items.

    `calls` are noted as "scheduling GET /doctors", ids in paths as `{id}`; Google's token calls are left out, since
    a token outlives requests. `down` are services that answer 503, `refusals` are calls that get a status and a code,
    `answers` are calls that get another JSON than the usual. Cognito has one path for all: its refusals and answers may
    be said for one operation, as "cognito SignUp", and `operations` are those that it was asked for, in their order.
    """

    size: int = 3
    calls: Counter[str] = field(default_factory=Counter)
    sent: dict[str, Json] = field(default_factory=dict)
    queries: dict[str, Mapping[str, str]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    answers: dict[str, object] = field(default_factory=dict)
    operations: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def http(self) -> httpx.AsyncClient:
        """Make a client that reaches nothing but this."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        service = request.url.host.removesuffix(".test")
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "google", "expires_in": 3600})
        call = f"{service} {request.method} {_ID.sub('{id}', request.url.path)}"
        self.calls[call] += 1
        self.paths.append(f"{service} {request.url.path}")
        self.queries[call] = dict(request.url.params)
        if service in self.down:
            return httpx.Response(503)
        operation = self._operation(request, call)
        if refusal := self.refusals.get(operation) or self.refusals.get(call):
            status, code = refusal
            return httpx.Response(status, json={"code": code, "__type": code})
        if service == "google":
            return google_answers.free_busy(request) if "freeBusy" in call else google_answers.batch(request)
        self.sent[call] = msgspec.json.decode(request.content) if request.content else {}
        self.sent[operation] = self.sent[call]
        identifier = next(iter(_ID.findall(request.url.path)), "")
        return httpx.Response(
            200, json=self._json(operation if operation in {*self.answers, *_REST} else call, identifier)
        )

    def _operation(self, request: httpx.Request, call: str) -> str:
        """Return which of Cognito's operations a call is for; the call itself, where it is another service's."""
        target = request.headers.get("X-Amz-Target")
        if target is None:
            return call
        operation: str = target.rpartition(".")[2]
        self.operations.append(operation)
        return f"cognito {operation}"

    def _json(self, call: str, identifier: str) -> object:
        if call in self.answers:
            return self.answers[call]
        query = self.queries.get(call, {})
        if call in _BY_ID:
            key, by_id = _BY_ID[call]
            return [by_id(each) for each in query[key].split(",") if not each.startswith("absent")]
        if call in _PAGES:
            return self._page(query, _PAGES[call])
        if call in _PAGES_OF:
            name, key, sample = _PAGES_OF[call]
            return [{name: each, **self._page(query, sample)} for each in query[key].split(",")]
        return _REST[call](self, identifier)

    def _page(self, query: Mapping[str, str], sample: Callable[[int], Json]) -> Json:
        start = int(query.get("after", 0))
        end = min(start + int(query["limit"]), self.size)
        return {"items": [sample(n) for n in range(start + 1, end + 1)], "next": str(end) if end < self.size else None}

    def _agenda(self, _: str) -> list[Json]:
        query = self.queries["scheduling GET /agenda"]
        first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
        dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days: list[Json] = [
            {
                "date": each.isoformat(),
                "startsAt": _midnight(each),
                "endsAt": _midnight(each + _DAY),
                "appointments": [],
            }
            for each in dates
        ]
        days[0]["appointments"] = [_with_doctor_1(n) for n in range(1, self.size + 1)]
        whole = {"startsAt": days[0]["startsAt"], "endsAt": days[-1]["endsAt"], "days": days}
        who = {"doctorId": "doc_1", "calendarId": "doctor1@clinic.example", "timeZone": "America/Sao_Paulo"}
        return [who | whole]

    def _shares(self, _: str) -> list[Json]:
        ids = self.queries["records GET /shares/of-records"]["recordIds"].split(",")
        return [samples.share(int(each.rpartition("_")[2]), each) for each in ids if not each.startswith("absent")]


_DAY = timedelta(days=1)


def _midnight(day: date) -> str:
    """Return when a date begins in São Paulo."""
    return f"{day.isoformat()}T03:00:00Z"


def _with_doctor_1(n: int) -> Json:
    return samples.appointment(f"apt_{n}", doctorId="doc_1")


def _appointment(_: Downstreams, identifier: str) -> Json:
    return samples.appointment(identifier or "apt_1")


def _slot(doctor_id: str) -> Json:
    return {"doctorId": doctor_id, "slot": {"startsAt": "2026-11-25T13:00:00Z", "endsAt": "2026-11-25T13:50:00Z"}}


def _slots(doctor_id: str) -> Json:
    return {"doctorId": doctor_id, "slots": [_slot(doctor_id)["slot"]]}


_BY_ID: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "scheduling GET /doctors": ("ids", samples.doctor),
    "scheduling GET /appointments": ("ids", samples.appointment),
    "scheduling GET /availability": ("doctorIds", samples.availability),
    "scheduling GET /slots": ("doctorIds", _slots),
    "scheduling GET /next-slots": ("doctorIds", _slot),
    "scheduling GET /appointments/pending-counts": ("doctorIds", lambda each: {"doctorId": each, "count": 2}),
    "records GET /patients": ("ids", samples.patient),
    "records GET /records": ("ids", samples.record),
    "records GET /notes": ("appointmentIds", samples.note),
    "records GET /download-urls": (
        "ids",
        lambda each: {"id": each, "url": f"https://files.example/{each}", "expiresAt": "2026-11-24T12:05:00Z"},
    ),
    "records GET /shares/of-patients": ("patientIds", lambda _: samples.share(1, "rec_1")),
    "erp GET /doctors": ("ids", samples.registration),
    "erp GET /admins": ("ids", samples.admin),
    "erp GET /invoices": ("ids", lambda each: samples.invoice(int(each.removeprefix("inv_")))),
}
_PAGES: Mapping[str, Callable[[int], Json]] = {
    "scheduling GET /doctors/search": lambda n: {"doctor": samples.doctor(f"doc_{n}"), "distanceKm": float(n)},
    "scheduling GET /appointments/all": lambda n: samples.appointment(f"apt_{n}"),
    "records GET /audit/events": samples.audit_entry,
    "records GET /patients/all": lambda n: samples.patient(f"pat_{n}"),
    "erp GET /doctors/all": lambda n: samples.registration(f"doc_{n}"),
    "erp GET /invoices/all": samples.invoice,
}
_PAGES_OF: Mapping[str, tuple[str, str, Callable[[int], Json]]] = {
    "scheduling GET /appointments/of-patients": (
        "patientId",
        "patientIds",
        lambda n: samples.appointment(f"apt_{n}", patientId="pat_1"),
    ),
    "scheduling GET /appointments/of-doctors": ("doctorId", "doctorIds", _with_doctor_1),
    "records GET /audit/of-patients": (
        "patientId",
        "patientIds",
        lambda n: samples.audit_entry(n) | {"patientId": "pat_1"},
    ),
    "records GET /records/of-patients": ("patientId", "patientIds", lambda n: samples.record(f"rec_{n}")),
}
_REST: Mapping[str, Callable[[Downstreams, str], object]] = {
    "scheduling GET /specialties": lambda *_: [{"code": "cardiology", "name": "Cardiologia"}],
    "scheduling GET /agenda": Downstreams._agenda,
    "scheduling GET /figures": lambda *_: samples.appointment_figures(tops=3),
    "scheduling PUT /doctors/{id}/availability": lambda _, identifier: samples.availability(identifier),
    "scheduling POST /appointments": _appointment,
    "scheduling POST /appointments/{id}/confirm": _appointment,
    "scheduling POST /appointments/{id}/decline": _appointment,
    "scheduling POST /appointments/{id}/cancel": _appointment,
    "scheduling POST /appointments/{id}/complete": _appointment,
    "records GET /audit/ready": lambda *_: None,
    "records POST /audit/events": lambda *_: {"appended": 1},
    "records POST /logins": lambda *_: {"username": "pat_1"},
    "records POST /patients": lambda *_: {"id": "pat_1"},
    "records POST /patients/{id}/confirm": lambda *_: None,
    "records POST /records": lambda *_: {
        "record": samples.record("rec_1", status="PENDING"),
        "uploadUrl": "https://files.example/upload",
        "uploadHeaders": [{"name": "Content-Type", "value": "application/pdf"}],
    },
    "records POST /records/{id}/finish": lambda _, identifier: samples.record(identifier),
    "records POST /shares": lambda *_: [samples.share(1, "rec_1")],
    "records DELETE /shares/{id}": lambda *_: None,
    "records GET /shares/of-records": Downstreams._shares,
    "records POST /emergency-accesses": lambda *_: samples.emergency_access(),
    "records POST /notes": lambda *_: samples.note("apt_1"),
    "records GET /figures": lambda *_: {"newPatients": 5},
    "erp POST /logins": lambda *_: {"username": "doc_1"},
    "erp POST /doctors": lambda *_: samples.registration("doc_7"),
    "erp POST /doctors/{id}/suspend": lambda _, identifier: samples.registration(identifier) | {"status": "SUSPENDED"},
    "erp GET /figures": lambda *_: samples.REVENUE,
    "cognito POST /": lambda *_: TOKENS,
    "cognito AssociateSoftwareToken": lambda *_: {"SecretCode": "JBSWY3DPEHPK3PXP"},
    "cognito VerifySoftwareToken": lambda *_: {"Status": "SUCCESS"},
}
