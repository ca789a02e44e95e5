from datetime import UTC, datetime, timedelta

import pytest

from services.common.table import ConditionFailed, Table
from services.scheduling.models import AppointmentStatus
from services.scheduling.rules.cells import cells_of
from services.scheduling.store.claims import (
    claim_writes,
    claimed_from,
    claims_items,
    doctor_claims,
    patient_claims,
    release_writes,
)
from tests.services.scheduling.world import FIRST, NOW, SECOND, appointment
from tests.services.tokens import DOCTOR, OTHER_PATIENT, PATIENT

pytestmark = pytest.mark.anyio

OVER_MIDNIGHT = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
PEOPLE = (doctor_claims(DOCTOR.actor), patient_claims(PATIENT.actor))


async def claimed(table: Table, partition: str) -> dict[int, str]:
    return dict(await claimed_from(table, partition, NOW))


@pytest.mark.parametrize("starts_at", [FIRST, OVER_MIDNIGHT])
async def test_a_claim_holds_each_cell_for_both_until_it_is_given_up(table: Table, starts_at: datetime) -> None:
    mine = appointment(starts_at)
    await table.transact(claim_writes(mine))
    cells = dict.fromkeys(cells_of(mine.starts_at, mine.ends_at), mine.id)
    assert len(cells) == 10
    for partition in PEOPLE:
        assert await claimed(table, partition) == cells
    await table.transact(release_writes(mine))
    for partition in PEOPLE:
        assert await claimed(table, partition) == {}


@pytest.mark.parametrize("minutes", range(-50, 55, 5))
@pytest.mark.parametrize("starts_at", [FIRST, OVER_MIDNIGHT])
async def test_what_overlaps_by_five_minutes_is_refused_and_what_touches_is_not(
    table: Table, starts_at: datetime, minutes: int
) -> None:
    await table.transact(claim_writes(appointment(starts_at)))
    other = appointment(starts_at + timedelta(minutes=minutes), id="apt_2", patient_id=OTHER_PATIENT.actor)
    if abs(minutes) == 50:
        await table.transact(claim_writes(other))
        assert len(await claimed(table, PEOPLE[0])) == 20
    else:
        with pytest.raises(ConditionFailed):
            await table.transact(claim_writes(other))
        assert len(await claimed(table, PEOPLE[0])) == 10


async def test_seeded_claims_are_those_that_bookings_would_have_made(table: Table) -> None:
    """One item a person and day, however many appointments the day has."""
    booked = [appointment(FIRST), appointment(SECOND, id="apt_2"), appointment(OVER_MIDNIGHT, id="apt_3")]
    ended = appointment(FIRST, id="apt_4", status=AppointmentStatus.CANCELLED)
    items = claims_items([*booked, ended])
    assert len(items) == 4
    await table.put_all(items)
    expected = {cell: each.id for each in booked for cell in cells_of(each.starts_at, each.ends_at)}
    for partition in PEOPLE:
        assert await claimed(table, partition) == expected


def test_seeded_appointments_must_not_overlap() -> None:
    with pytest.raises(ValueError, match="apt_2 overlaps apt_1"):
        claims_items([appointment(), appointment(FIRST + timedelta(minutes=45), id="apt_2")])
