"""What patients can book: the slots that active doctors offer, less what is claimed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from services.common.clock import Clock
from services.common.table import Table
from services.scheduling.doctors import DoctorStatus
from services.scheduling.rules.hours import Interval
from services.scheduling.rules.slots import free_slots, offered_slots
from services.scheduling.store.availability import Availabilities
from services.scheduling.store.claims import claimed_by
from services.scheduling.store.directory import Directory

NEXT_DAYS: Final = 30
# Most doctors are free within a week, so the other weeks are read for the busy ones alone.
NEAR_DAYS: Final = 7

Free = Mapping[str, Sequence[Interval]]


class Offers:
    """Free slots, computed on demand."""

    def __init__(self, table: Table, directory: Directory, clock: Clock) -> None:
        self._table: Final = table
        self._availabilities: Final = Availabilities(table)
        self._directory: Final = directory
        self._clock: Final = clock

    async def free(self, doctor_ids: Iterable[str], first_day: date, days: int) -> Free:
        """Return the free slots of `days` dates from `first_day`, in each doctor's zone, ascending.

        A suspended doctor, or one who has set no working hours, has none; unknown ids are left out.
        """
        doctors = await self._directory.get(doctor_ids)
        active = [doctor.id for doctor in doctors if doctor.status is DoctorStatus.ACTIVE]
        hours = await self._availabilities.get(active)
        now = self._clock()
        offered = {each: list(offered_slots(hours[each], first_day, days, now)) for each in hours}
        claimed = await claimed_by(self._table, offered)
        free = {each: list(free_slots(slots, claimed[each])) for each, slots in offered.items()}
        return {doctor.id: free.get(doctor.id, ()) for doctor in doctors}

    async def next(self, doctor_ids: Iterable[str]) -> Mapping[str, Interval | None]:
        """Return each doctor's first free slot within `NEXT_DAYS` days, None where there is none."""
        now = self._clock()
        yesterday, end = now.date() - timedelta(days=1), now + timedelta(days=NEXT_DAYS)
        near = await self.free(doctor_ids, yesterday, NEAR_DAYS)
        busy = [doctor_id for doctor_id, slots in near.items() if not slots]
        far = await self.free(busy, yesterday + timedelta(days=NEAR_DAYS), NEXT_DAYS + 2 - NEAR_DAYS) if busy else {}
        firsts = {doctor_id: next(iter(slots), None) for doctor_id, slots in {**near, **far}.items()}
        return {doctor_id: slot if slot and slot.starts_at <= end else None for doctor_id, slot in firsts.items()}
