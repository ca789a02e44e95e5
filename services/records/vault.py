"""The files' bytes in S3, encrypted by a KMS key; they travel by presigned URLs and never through this process."""

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from services.records.models import Header, MedicalRecord

UPLOAD_LIFETIME: Final = timedelta(minutes=15)

_NOT_FOUND: Final = "404"


def put_parameters(record: MedicalRecord, bucket: str, kms_key_id: str) -> dict[str, Any]:
    """Return the arguments of S3's `PutObject`, less the body, that store a record's bytes and no others."""
    return {
        "Bucket": bucket,
        "Key": _object_key(record),
        "ContentType": record.content_type,
        "ContentLength": record.size_bytes,
        "ChecksumSHA256": _checksum(record),
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": kms_key_id,
    }


class Vault:
    """The bucket, over an aiobotocore S3 client."""

    def __init__(self, s3: Any, bucket: str, kms_key_id: str) -> None:  # noqa: ANN401  aiobotocore clients have no type
        self._s3: Final = s3
        self._bucket: Final = bucket
        self._kms_key_id: Final = kms_key_id

    async def upload_url(self, record: MedicalRecord) -> str:
        """Return a URL that takes the announced bytes for 15 minutes: their type, number and SHA-256 are signed."""
        url: str = await self._s3.generate_presigned_url(
            "put_object",
            Params=put_parameters(record, self._bucket, self._kms_key_id),
            ExpiresIn=int(UPLOAD_LIFETIME.total_seconds()),
        )
        return url

    def upload_headers(self, record: MedicalRecord) -> Sequence[Header]:
        """Return the headers that the signature expects beside `Content-Length`, which every HTTP client sends."""
        return [
            Header(name="Content-Type", value=record.content_type),
            Header(name="x-amz-checksum-sha256", value=_checksum(record)),
            Header(name="x-amz-server-side-encryption", value="aws:kms"),
            Header(name="x-amz-server-side-encryption-aws-kms-key-id", value=self._kms_key_id),
        ]

    async def holds(self, record: MedicalRecord) -> bool | None:
        """Say whether the bucket holds the announced bytes: None where it holds nothing, False where others."""
        try:
            found = await self._s3.head_object(Bucket=self._bucket, Key=_object_key(record), ChecksumMode="ENABLED")
        except ClientError as failure:
            if failure.response["Error"]["Code"] == _NOT_FOUND:
                return None
            raise
        return (found["ContentLength"], found.get("ChecksumSHA256")) == (record.size_bytes, _checksum(record))

    async def download_url(self, record: MedicalRecord, lifetime: timedelta) -> str:
        """Return a URL that gives the bytes, to be saved rather than shown, for `lifetime` (whole seconds)."""
        url: str = await self._s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": _object_key(record),
                "ResponseContentDisposition": "attachment",
            },
            ExpiresIn=int(lifetime.total_seconds()),
        )
        return url


def _object_key(record: MedicalRecord) -> str:
    return f"records/{record.patient_id}/{record.id}"


def _checksum(record: MedicalRecord) -> str:
    return base64.b64encode(bytes.fromhex(record.sha256)).decode()
