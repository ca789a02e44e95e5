"""Puts the demo's data into the stores, as the services themselves would have, at the first start."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pymongo import AsyncMongoClient

from sandbox.demo.care import DemoRecord
from sandbox.demo.world import World
from sandbox.emulation import google_state
from sandbox.google.seed import seed_events
from sandbox.people import PASSWORD
from sandbox.programs import MONGO_DATABASE, Surroundings
from sandbox.provision import BUCKET, TABLES
from sandbox.running import Pool
from services.common.aws import aws_client
from services.common.table import Item, Table
from services.erp.store.admins import admin_items
from services.erp.store.invoices import invoice_items
from services.erp.store.registrations import doctor_items
from services.records.store.notes import note_items
from services.records.store.patients import patient_items
from services.records.store.records import record_items
from services.records.store.shares import share_items
from services.records.vault import put_parameters
from services.scheduling.store.appointments import appointment_item
from services.scheduling.store.availability import availability_item
from services.scheduling.store.claims import claims_items
from services.scheduling.store.directory import COLLECTION, doctor_document, ensure_indexes

_AT_A_TIME: Final = 8
_USERS_AT_A_TIME: Final = 16

T = TypeVar("T")


async def seed(around: Surroundings, world: World) -> None:
    """Fill the empty stores with the demo."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_tables(world))
        group.create_task(_directory(world, around.emulators.mongo_url))
        group.create_task(_files(world, around.provisioned.kms_key_id))
        group.create_task(_users(world, around.provisioned.pools))
        group.create_task(asyncio.to_thread(seed_events, google_state(around.folder), world.events))


async def _tables(world: World) -> None:
    items: dict[str, list[Item]] = {
        "scheduling": [
            *map(appointment_item, world.appointments),
            *claims_items(world.appointments),
            *(availability_item(doctor.availability) for doctor in world.doctors),
        ],
        "records": [
            *_each(patient_items, world.patients),
            *_each(record_items, (record.filed for record in world.records)),
            *_each(share_items, world.grants),
            *_each(note_items, world.notes),
        ],
        "erp": [
            *_each(admin_items, world.admins),
            *_each(doctor_items, (doctor.registration for doctor in world.doctors)),
            *_each(invoice_items, world.invoices),
        ],
    }
    async with aws_client("dynamodb") as dynamodb:
        tables = {name: Table(dynamodb, TABLES[name]) for name in items}
        parts = [(tables[name], rows[start::_AT_A_TIME]) for name, rows in items.items() for start in range(_AT_A_TIME)]
        await asyncio.gather(*(table.put_all(rows) for table, rows in parts))


def _each(items_of: Callable[[T], Sequence[Item]], things: Iterable[T]) -> Iterable[Item]:
    return (item for thing in things for item in items_of(thing))


async def _directory(world: World, mongo_url: str) -> None:
    async with AsyncMongoClient[dict[str, Any]](mongo_url) as client:
        database = client[MONGO_DATABASE]
        await ensure_indexes(database)
        await database[COLLECTION].insert_many(
            [doctor_document(doctor.id, doctor.listing, doctor.rating) for doctor in world.doctors]
        )


async def _files(world: World, kms_key_id: str) -> None:
    async with aws_client("s3") as s3:

        async def put(demo: DemoRecord) -> None:
            await s3.put_object(**put_parameters(demo.record, BUCKET, kms_key_id), Body=demo.data)

        await _for_each(put, world.records, _AT_A_TIME)


async def _users(world: World, pools: Mapping[str, Pool]) -> None:
    people = [(pools["patient"].id, patient.id, patient.email) for patient in world.patients]
    people += [(pools["doctor"].id, doctor.id, doctor.registration.email) for doctor in world.doctors]
    people += [(pools["erp"].id, admin.id, admin.email) for admin in world.admins]
    async with aws_client("cognito-idp") as cognito:

        async def create(person: tuple[str, str, str]) -> None:
            pool_id, username, email = person
            await cognito.admin_create_user(
                UserPoolId=pool_id,
                Username=username,
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            )
            await cognito.admin_set_user_password(
                UserPoolId=pool_id, Username=username, Password=PASSWORD, Permanent=True
            )

        await _for_each(create, people, _USERS_AT_A_TIME)
        for admin in world.admins:
            for role in admin.roles:
                await cognito.admin_add_user_to_group(UserPoolId=pools["erp"].id, Username=admin.id, GroupName=role)


async def _for_each(act: Callable[[T], Awaitable[None]], things: Iterable[T], at_a_time: int) -> None:
    waiting = iter(things)

    async def work() -> None:
        for thing in waiting:
            await act(thing)

    await asyncio.gather(*(work() for _ in range(at_a_time)))
