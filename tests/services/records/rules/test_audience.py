from collections.abc import Callable

import pytest

from services.common.callers import ANONYMOUS, Caller, Forbidden
from services.records.rules.audience import (
    require_admin,
    require_doctor,
    require_known,
    require_patient,
    require_reader,
    require_visitor,
)

CALLERS = {
    "visitor": Caller(ANONYMOUS, "patient"),
    "patient": Caller("pat_1", "patient"),
    "doctor": Caller("doc_1", "doctor"),
    "finance": Caller("adm_1", "erp", frozenset({"finance"})),
    "support": Caller("adm_2", "erp", frozenset({"support"})),
    "auditor": Caller("adm_3", "erp", frozenset({"auditor"})),
    "admin": Caller("adm_4", "erp", frozenset({"admin"})),
    "admin without a role": Caller("adm_5", "erp"),
    "admin of a strange role": Caller("adm_6", "erp", frozenset({"janitor"})),
    "patient with a role": Caller("pat_2", "patient", frozenset({"admin"})),
    "visitor of the doctors": Caller(ANONYMOUS, "doctor"),
    "visitor of the ERP": Caller(ANONYMOUS, "erp", frozenset({"admin"})),
    "service": Caller("scheduling", "service"),
}
PATIENTS = {"patient", "patient with a role"}
ADMINS = {"admin", "finance", "support", "auditor"}


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (require_visitor, {"visitor"}),
        (require_patient, PATIENTS),
        (require_doctor, {"doctor"}),
        (require_reader, PATIENTS | {"doctor"}),
        (require_admin, ADMINS),
        (require_known, PATIENTS | {"doctor", "service"} | ADMINS),
    ],
)
def test_each_call_has_its_callers(rule: Callable[[Caller], None], allowed: set[str]) -> None:
    passed = set()
    for name, caller in CALLERS.items():
        try:
            rule(caller)
        except Forbidden:
            continue
        passed.add(name)

    assert passed == allowed
