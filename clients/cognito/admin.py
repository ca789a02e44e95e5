"""Cognito's admin calls, which need AWS's signature: so they go through an AWS client, not through `Downstream`."""

from collections.abc import Awaitable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from clients.errors import UpstreamForbidden, UpstreamInvalid, UpstreamNotFound, UpstreamRefusal, UpstreamUnavailable

NAME: Final = "cognito"

_SERVER_ERROR: Final = 500
_WORTH_ANOTHER_TRY: Final = frozenset({"TooManyRequestsException", "LimitExceededException", "ThrottlingException"})
_REFUSALS: Final[dict[str, type[UpstreamRefusal]]] = {
    "NotAuthorizedException": UpstreamForbidden,
    "AccessDeniedException": UpstreamForbidden,
    "UserNotFoundException": UpstreamNotFound,
    "ResourceNotFoundException": UpstreamNotFound,
}


class CognitoAdmin:
    """The people of one user pool, over an aiobotocore `cognito-idp` client.

    Every method raises `UpstreamUnavailable`, or an `UpstreamRefusal` with Cognito's code.
    """

    def __init__(self, cognito_idp: Any, pool_id: str) -> None:  # noqa: ANN401  aiobotocore clients have no type
        self._cognito_idp: Final = cognito_idp
        self._pool_id: Final = pool_id

    async def invite(self, username: str, email: str) -> None:
        """Create a user with a verified e-mail; Cognito sends the invitation with a temporary password.

        Where the username is there, nothing changes and nothing is sent.
        """
        creation = self._cognito_idp.admin_create_user(
            UserPoolId=self._pool_id,
            Username=username,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
        await _told(creation, tolerated="UsernameExistsException")

    async def disable(self, username: str) -> None:
        """Let a user neither sign in nor refresh a session; again changes nothing.

        An access token that is out stays valid until it expires, as Cognito's tokens do.
        """
        await _told(self._cognito_idp.admin_disable_user(UserPoolId=self._pool_id, Username=username))


async def _told(call: Awaitable[object], *, tolerated: str | None = None) -> None:
    try:
        await call
    except ClientError as failure:
        code: str = failure.response["Error"]["Code"]
        if code == tolerated:
            return
        status = failure.response["ResponseMetadata"]["HTTPStatusCode"]
        # Not chained: Cognito's message may quote the user's attributes.
        if status >= _SERVER_ERROR or code in _WORTH_ANOTHER_TRY:
            raise UpstreamUnavailable(NAME, code) from None
        raise _REFUSALS.get(code, UpstreamInvalid)(NAME, code) from None
    except BotoCoreError as failure:
        raise UpstreamUnavailable(NAME, type(failure).__name__) from failure
