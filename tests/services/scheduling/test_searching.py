"""How far one search looks for doctors who are free."""

import pytest

from services.common.table import Table
from services.scheduling.doctors import DoctorOrder
from services.scheduling.offers import Offers
from services.scheduling.searching import MAX_CANDIDATES, Searches
from services.scheduling.store.availability import availability_item
from services.scheduling.store.directory import COLLECTION, Database, Directory, Search, doctor_document
from tests.services.scheduling.world import TODAY, MovableClock, availability, registration

pytestmark = pytest.mark.anyio

SEARCH = Search(order_by=DoctorOrder.NAME)


async def test_a_page_looks_at_so_many_doctors_and_says_where_to_go_on(table: Table, database: Database) -> None:
    """Only the last doctor works: the first page is empty, the second has him."""
    documents = [doctor_document(f"doc_{number:03}", registration()) for number in range(MAX_CANDIDATES + 5)]
    await database[COLLECTION].insert_many(documents)
    last = str(documents[-1]["_id"])
    await table.put_all([availability_item(availability(doctor_id=last))])
    directory = Directory(database)
    searches = Searches(directory, Offers(table, directory, MovableClock()))
    first = await searches.page(SEARCH, TODAY, 20, None)
    assert (first.items, first.next is None) == ([], False)
    second = await searches.page(SEARCH, TODAY, 20, first.next)
    assert ([each.doctor.id for each in second.items], second.next) == ([last], None)
