"""What happens in the services, told to whom it concerns: one connection a service and process, many subscribers."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from typing import Final, Self

from bff.refusals import Refused
from clients.changes.models import Change
from clients.ids import DoctorId, PatientId

MAX_UNREAD: Final = 100


class FellBehind(Refused):
    """More changes wait for a subscriber than are kept: it is let go, and what waited with it."""

    def __init__(self, maximum: int) -> None:
        message = f"unreadChanges: at most {maximum} wait for a reader. Subscribe again."
        super().__init__(429, "LIMIT_EXCEEDED", message, extensions={"limit": "unreadChanges", "maximum": maximum})


class Subscription:
    """The changes that concern one person, from its making on: an async iterator.

    Ends with the feed, or when it is closed; raises `FellBehind` where it is not read fast enough.
    """

    def __init__(self, leave: Callable[["Subscription"], None], max_unread: int) -> None:
        self._leave: Final = leave
        self._max_unread: Final = max_unread
        self._unread: Final[deque[Change]] = deque()
        self._stirred: Final = asyncio.Event()
        self._over = False
        self._failure: FellBehind | None = None

    def tell(self, change: Change) -> None:
        """Keep a change until it is read, or let the reader go."""
        if len(self._unread) == self._max_unread:
            self._failure = FellBehind(self._max_unread)
            self.end()
        else:
            self._unread.append(change)
            self._stirred.set()

    def end(self) -> None:
        """Take no more, and drop what waits; whoever waits for a change is woken."""
        if not self._over:
            self._over = True
            self._unread.clear()
            self._stirred.set()
            self._leave(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        while not self._unread:
            if self._failure:
                raise self._failure
            if self._over:
                raise StopAsyncIteration
            self._stirred.clear()
            await self._stirred.wait()
        return self._unread.popleft()

    async def aclose(self) -> None:
        """Unsubscribe; nothing is left behind."""
        self.end()


class Feed:
    """Tells subscribers of each change once. `sources` are endless and outlive failures: one a service.

    They are read while the feed is entered: `async with feed`.
    """

    def __init__(self, sources: Sequence[AsyncIterable[Change]], max_unread: int = MAX_UNREAD) -> None:
        self._sources: Final = sources
        self._max_unread: Final = max_unread
        self._by_person: Final[dict[str, set[Subscription]]] = {}
        self._reading: Final[list[asyncio.Task[None]]] = []

    async def __aenter__(self) -> Self:
        self._reading.extend(asyncio.create_task(self._read(source)) for source in self._sources)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)
        self._reading.clear()
        for subscription in tuple(self._subscriptions()):
            subscription.end()

    @property
    def subscribers(self) -> int:
        """How many subscriptions there are."""
        return sum(1 for _ in self._subscriptions())

    def of_patient(self, patient_id: PatientId) -> Subscription:
        """Subscribe, from this moment on, to what concerns a patient."""
        return self._subscribe(patient_id)

    def of_doctor(self, doctor_id: DoctorId) -> Subscription:
        """Subscribe, from this moment on, to what concerns a doctor."""
        return self._subscribe(doctor_id)

    def _subscribe(self, person_id: str) -> Subscription:
        def leave(subscription: Subscription) -> None:
            mine = self._by_person[person_id]
            mine.remove(subscription)
            if not mine:
                del self._by_person[person_id]

        subscription = Subscription(leave, self._max_unread)
        self._by_person.setdefault(person_id, set()).add(subscription)
        return subscription

    async def _read(self, source: AsyncIterable[Change]) -> None:
        async for change in source:
            for person_id in filter(None, (change.data.patient_id, change.data.doctor_id)):
                for subscription in tuple(self._by_person.get(person_id, ())):
                    subscription.tell(change)

    def _subscriptions(self) -> Iterator[Subscription]:
        for subscriptions in self._by_person.values():
            yield from subscriptions
