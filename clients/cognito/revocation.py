"""Whether Cognito still takes an access token: signing out and disabling an account revoke what has not expired."""

from typing import Final

import httpx

from clients.http import TOTAL_TIMEOUT_SECONDS

# What GetUser answers for a token that was revoked, and for an account that is disabled or gone.
_REFUSED: Final = 400
_REFUSALS: Final = ("NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException")


async def still_valid(http: httpx.AsyncClient, url: str, token: str) -> bool:
    """Ask Cognito's `GetUser`: False where the token is refused; True where that cannot be found out now."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser",
    }
    try:
        answer = await http.post(url, json={"AccessToken": token}, headers=headers, timeout=TOTAL_TIMEOUT_SECONDS)
    except httpx.HTTPError:
        return True
    return not (answer.status_code == _REFUSED and any(each in answer.text for each in _REFUSALS))
