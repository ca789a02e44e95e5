"""The platform's cloud resources on the emulator: made at the first start, and looked for at each later one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from sandbox.running import Pool
from services.common.aws import aws_client
from services.common.table_definition import table_definition

TABLES: Final = {service: f"healthmed-{service}" for service in ("scheduling", "records", "erp")}
BUCKET: Final = "healthmed-record-files"
SENDER: Final = "no-reply@healthmed.example"
GROUPS: Final = ("admin", "finance", "support", "auditor")
_POOLS: Final = {"patient": "healthmed-patients", "doctor": "healthmed-doctors", "erp": "healthmed-admins"}
_PASSWORD_POLICY: Final = {
    "MinimumLength": 10,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
}
# The browser puts files by presigned URL, straight into the bucket.
_CORS: Final = {
    "AllowedOrigins": ["*"],
    "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 3600,
}
_NOT_PUBLIC: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What services and BFF are told of: the pools by audience, and the key of the files."""

    pools: Mapping[str, Pool]
    kms_key_id: str


async def provision() -> Provisioned:
    """Make pools, tables, bucket, key and sender, on the endpoint that the environment names."""
    async with (
        aws_client("cognito-idp") as cognito,
        aws_client("dynamodb") as dynamodb,
        aws_client("s3") as s3,
        aws_client("kms") as kms,
        aws_client("ses") as ses,
    ):
        pools, key, *_ = await asyncio.gather(
            asyncio.gather(*(_pool(cognito, audience) for audience in _POOLS)),
            kms.create_key(Description="The data keys of medical records"),
            _bucket(s3),
            ses.verify_email_identity(EmailAddress=SENDER),
            *(dynamodb.create_table(**table_definition(name)) for name in TABLES.values()),
        )
    return Provisioned(pools=dict(zip(_POOLS, pools, strict=True)), kms_key_id=key["KeyMetadata"]["KeyId"])


async def missing(provisioned: Provisioned) -> Sequence[str]:
    """Return the names of what was made and is not there any more."""
    async with (
        aws_client("cognito-idp") as cognito,
        aws_client("dynamodb") as dynamodb,
        aws_client("s3") as s3,
        aws_client("kms") as kms,
    ):
        looks = {
            **{
                _POOLS[name]: cognito.describe_user_pool(UserPoolId=pool.id) for name, pool in provisioned.pools.items()
            },
            **{name: dynamodb.describe_table(TableName=name) for name in TABLES.values()},
            BUCKET: s3.head_bucket(Bucket=BUCKET),
            "the key of the files": kms.describe_key(KeyId=provisioned.kms_key_id),
        }
        found = await asyncio.gather(*looks.values(), return_exceptions=True)
    for answer in found:
        if isinstance(answer, BaseException) and not isinstance(answer, ClientError):
            raise answer
    return [name for name, answer in zip(looks, found, strict=True) if isinstance(answer, ClientError)]


async def _pool(cognito: Any, audience: str) -> Pool:  # noqa: ANN401  aiobotocore clients have no type
    pool = await cognito.create_user_pool(
        PoolName=_POOLS[audience],
        Policies={"PasswordPolicy": _PASSWORD_POLICY},
        AutoVerifiedAttributes=["email"],
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": audience != "patient"},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    )
    pool_id = pool["UserPool"]["Id"]
    # Optional for the pool: who must have an authenticator is the BFF's setting here, so that demo admins need none.
    await cognito.set_user_pool_mfa_config(
        UserPoolId=pool_id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
    )
    client = await cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="bff",
        GenerateSecret=False,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
    )
    if audience == "erp":
        await asyncio.gather(*(cognito.create_group(UserPoolId=pool_id, GroupName=group) for group in GROUPS))
    return Pool(pool_id, client["UserPoolClient"]["ClientId"])


async def _bucket(s3: Any) -> None:  # noqa: ANN401  as above
    await s3.create_bucket(Bucket=BUCKET)
    await s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [_CORS]})
    await s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(_NOT_PUBLIC, True))
