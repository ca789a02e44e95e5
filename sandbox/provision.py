"""The platform's cloud resources on the emulator: made at the first start, found again at each later one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from sandbox.running import Pool
from services.common.aws import aws_client
from services.common.table_definition import table_definition

TABLES: Final = {service: f"healthmed-{service}" for service in ("scheduling", "records", "erp")}
BUCKET: Final = "healthmed-record-files"
SENDER: Final = "no-reply@healthmed.example"
GROUPS: Final = ("admin", "finance", "support", "auditor")
_KEY_ALIAS: Final = "alias/healthmed-records"
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


@dataclass(slots=True, kw_only=True)
class Provisioned:
    """What services and BFF are told about, and the names of what had to be made because it was not there."""

    pools: Mapping[str, Pool]
    kms_key_id: str
    made: Sequence[str]


@dataclass(slots=True)
class _Maker:
    made: list[str] = field(default_factory=list)

    async def pool(self, cognito: Any, audience: str) -> Pool:  # noqa: ANN401  aiobotocore clients have no type
        name = _POOLS[audience]
        pools = (await cognito.list_user_pools(MaxResults=60))["UserPools"]
        found = next((pool["Id"] for pool in pools if pool["Name"] == name), None)
        pool_id = found or await self._new_pool(cognito, audience, name)
        clients = (await cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60))["UserPoolClients"]
        return Pool(pool_id, next(client["ClientId"] for client in clients if client["ClientName"] == "bff"))

    async def _new_pool(self, cognito: Any, audience: str, name: str) -> str:  # noqa: ANN401  as above
        self.made.append(name)
        pool = await cognito.create_user_pool(
            PoolName=name,
            Policies={"PasswordPolicy": _PASSWORD_POLICY},
            AutoVerifiedAttributes=["email"],
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": audience != "patient"},
            AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        )
        pool_id: str = pool["UserPool"]["Id"]
        await cognito.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="bff",
            GenerateSecret=False,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            PreventUserExistenceErrors="ENABLED",
            EnableTokenRevocation=True,
        )
        if audience == "erp":
            await asyncio.gather(
                *(cognito.create_group(UserPoolId=pool_id, GroupName=group) for group in GROUPS),
            )
        return pool_id

    async def table(self, dynamodb: Any, name: str) -> None:  # noqa: ANN401  as above
        try:
            await dynamodb.describe_table(TableName=name)
        except dynamodb.exceptions.ResourceNotFoundException:
            self.made.append(name)
            await dynamodb.create_table(**table_definition(name))

    async def bucket(self, s3: Any) -> None:  # noqa: ANN401  as above
        try:
            await s3.head_bucket(Bucket=BUCKET)
        except ClientError as failure:
            if failure.response["ResponseMetadata"]["HTTPStatusCode"] != 404:  # noqa: PLR2004  HTTP's own
                raise
            self.made.append(BUCKET)
            await s3.create_bucket(Bucket=BUCKET)
            await s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [_CORS]})
            everything = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
            await s3.put_public_access_block(
                Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(everything, True)
            )

    async def key(self, kms: Any) -> str:  # noqa: ANN401  as above
        try:
            found: str = (await kms.describe_key(KeyId=_KEY_ALIAS))["KeyMetadata"]["KeyId"]
        except kms.exceptions.NotFoundException:
            self.made.append(_KEY_ALIAS)
            key_id: str = (await kms.create_key(Description="The data keys of medical records"))["KeyMetadata"]["KeyId"]
            await kms.create_alias(AliasName=_KEY_ALIAS, TargetKeyId=key_id)
            return key_id
        return found


async def provision() -> Provisioned:
    """Find or make pools, tables, bucket, key and sender, on the endpoint that the environment names."""
    maker = _Maker()
    async with (
        aws_client("cognito-idp") as cognito,
        aws_client("dynamodb") as dynamodb,
        aws_client("s3") as s3,
        aws_client("kms") as kms,
        aws_client("ses") as ses,
    ):
        pools, key_id, *_ = await asyncio.gather(
            asyncio.gather(*(maker.pool(cognito, audience) for audience in _POOLS)),
            maker.key(kms),
            maker.bucket(s3),
            ses.verify_email_identity(EmailAddress=SENDER),
            *(maker.table(dynamodb, name) for name in TABLES.values()),
        )
    return Provisioned(pools=dict(zip(_POOLS, pools, strict=True)), kms_key_id=key_id, made=maker.made)
