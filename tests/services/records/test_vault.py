from datetime import timedelta

import anyio
import pytest
from botocore.exceptions import ClientError

from services.records.models import MedicalRecord
from services.records.vault import Vault, put_parameters
from tests.services.records.world import FILE, World, person

pytestmark = pytest.mark.anyio


async def _announced(world: World) -> MedicalRecord:
    return MedicalRecord.model_validate((await world.announce(person("pat")))["record"])


def _vault(world: World) -> Vault:
    return Vault(world.emulator.s3, world.emulator.bucket, world.emulator.kms_key_id)


async def test_bytes_stored_by_the_same_parameters_are_held(world: World) -> None:
    """That is how the demo's files come in."""
    record, vault = await _announced(world), _vault(world)
    assert await vault.holds(record) is None

    parameters = put_parameters(record, world.emulator.bucket, world.emulator.kms_key_id)
    await world.emulator.s3.put_object(Body=FILE, **parameters)

    assert await vault.holds(record) is True
    assert await vault.holds(record.model_copy(update={"size_bytes": 1})) is False
    assert await vault.holds(record.model_copy(update={"sha256": "0" * 64})) is False


async def test_a_bucket_that_cannot_be_asked_is_a_failure_and_not_a_missing_file(world: World) -> None:
    record = await _announced(world)

    with pytest.raises(ClientError):
        await Vault(world.emulator.s3, "No_Bucket", "key").holds(record)


async def test_a_download_url_stops_when_its_time_is_over(world: World) -> None:
    record, vault = await _announced(world), _vault(world)
    await world.emulator.s3.put_object(
        Body=FILE, **put_parameters(record, world.emulator.bucket, world.emulator.kms_key_id)
    )

    url = await vault.download_url(record, timedelta(seconds=1))
    statuses = [(await world.emulator.http.get(url)).status_code]
    while statuses[-1] == 200 and len(statuses) < 100:
        await anyio.sleep(0.1)
        statuses.append((await world.emulator.http.get(url)).status_code)

    assert (statuses[0], statuses[-1]) == (200, 403)
