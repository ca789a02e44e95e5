import pytest

from services.scheduling.doctors import Doctor, DoctorOrder, Rating
from services.scheduling.store.directory import (
    COLLECTION,
    UNRATED,
    Database,
    Directory,
    Search,
    doctor_document,
    ensure_indexes,
)
from tests.services.scheduling.world import registration

pytestmark = pytest.mark.anyio

RATINGS = {"doc_a": None, "doc_b": 3.5, "doc_c": 5.0, "doc_d": 3.5, "doc_e": 1.0}


async def seed(database: Database) -> None:
    """Insert doctors as the sandbox does."""
    await database[COLLECTION].insert_many(
        [
            doctor_document(doctor_id, registration(), Rating(average=average, count=1) if average else UNRATED)
            for doctor_id, average in RATINGS.items()
        ]
    )


async def found(database: Database, min_rating: float | None = None, page: int = 100) -> list[str]:
    search = Search(order_by=DoctorOrder.RATING, min_rating=min_rating)
    directory, ids, after = Directory(database), list[str](), None
    while hits := await directory.find(search, after, page):
        ids += [hit.doctor.id for hit in hits]
        after = hits[-1].place
    return ids


@pytest.mark.parametrize("page", [1, 2, 100])
async def test_the_best_rated_come_first_and_the_unrated_last(database: Database, page: int) -> None:
    await seed(database)
    assert await found(database, page=page) == ["doc_c", "doc_b", "doc_d", "doc_e", "doc_a"]


async def test_a_least_rating_leaves_out_lower_and_unrated_ones(database: Database) -> None:
    await seed(database)
    assert await found(database, min_rating=3.5) == ["doc_c", "doc_b", "doc_d"]


async def test_a_new_registration_keeps_the_rating(database: Database) -> None:
    await seed(database)
    await Directory(database).save("doc_b", registration(version=2, name="Married"))
    doctor = (await Directory(database).get(["doc_b"]))[0]
    assert (doctor.name, doctor.rating) == ("Married", Rating(average=3.5, count=1))


async def test_a_seeded_doctor_is_a_registered_one(database: Database) -> None:
    directory = Directory(database)
    await seed(database)
    await directory.save("doc_z", registration())
    seeded, registered = sorted(await directory.get(["doc_a", "doc_z"]), key=lambda each: each.id)
    assert seeded == Doctor.model_validate(dict(registered) | {"id": "doc_a"})


async def test_indexes_are_there_and_may_be_asked_for_again(database: Database) -> None:
    await ensure_indexes(database)
    names = set(await database[COLLECTION].index_information())
    assert names >= {"location_2dsphere", "nameWords_1", "priceCents_1__id_1", "ratingRank_-1__id_1"}
