"""How often a caller may do what: requests and bookings of a person, sign-ins from an address and to an account."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from limits import RateLimitItem, RateLimitItemPerMinute

from bff.admission.uses import REQUEST, Use
from bff.admission.windows import Windows
from bff.answers.messages import Message
from bff.refusals import Refused

Per = Literal["caller", "address", "login"]

# Each of them tells a guesser something, or sends mail.
_ACCOUNT_FIELDS: Final = frozenset(
    {
        "Mutation.answerChallenge",
        "Mutation.confirmRegistration",
        "Mutation.forgotPassword",
        "Mutation.registerPatient",
        "Mutation.resendConfirmation",
        "Mutation.resetPassword",
        "Mutation.signIn",
    }
)
_BOOKING_FIELDS: Final = frozenset({"Mutation.bookAppointment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who asks: the signed-in person, None where nobody is, and the address that the request came from."""

    person: str | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """At most `per_minute` uses of all `fields` together, for each `per`.

    A caller is the person, or the address where nobody is signed in. A login is the account that a field names; fields
    that name none do not count.
    """

    name: str
    fields: frozenset[str]
    per_minute: int
    per: Per


def rate_rules(
    *,
    requests_per_minute: int,
    sign_ins_per_minute: int,
    sign_ins_per_address_per_minute: int,
    bookings_per_minute: int,
) -> Sequence[Rule]:
    """Return the rules in the order in which they are asked.

    `sign_ins_per_minute` are an account's; a clinic's whole staff signs in from one address. The address comes before
    the account: who is over the limit at one address uses up no more of a victim's attempts.
    """
    return [
        Rule(name="requests", fields=frozenset({REQUEST.field}), per_minute=requests_per_minute, per="caller"),
        Rule(
            name="signInsPerAddress", fields=_ACCOUNT_FIELDS, per_minute=sign_ins_per_address_per_minute, per="address"
        ),
        Rule(name="signInsPerAccount", fields=_ACCOUNT_FIELDS, per_minute=sign_ins_per_minute, per="login"),
        Rule(name="bookings", fields=_BOOKING_FIELDS, per_minute=bookings_per_minute, per="caller"),
    ]


class RateLimiter:
    """Applies `rules` in their order. People, addresses and logins are stored as keyed hashes.

    `secret` (at most 64 bytes, the same in all processes) is the hashes' key: without it, the hash of a CPF would be
    as good as the CPF.
    """

    def __init__(self, windows: Windows, rules: Sequence[Rule], *, secret: bytes) -> None:
        self._windows: Final = windows
        self._rules: Final[Sequence[tuple[Rule, RateLimitItem]]] = [
            (rule, RateLimitItemPerMinute(rule.per_minute, namespace=rule.name)) for rule in rules
        ]
        self._secret: Final = secret

    async def check(self, subject: Subject, uses: Mapping[Use, int]) -> None:
        """Take the uses, or raise `Refused`: 429 with Retry-After, or 400 where one operation is over a limit alone.

        Rules asked before the refusing one keep what they took: a refused attempt is an attempt.
        """
        fields = {use.field for use in uses}
        for rule, item in self._rules:
            if rule.fields.isdisjoint(fields):
                continue
            for who, count in _charges(rule, subject, uses).items():
                if count > rule.per_minute:
                    raise _too_many_at_once(rule, count)
                seconds = await self._windows.take(item, self._hashed(who), count)
                if seconds:
                    raise _too_many(rule, seconds)

    def _hashed(self, who: str) -> str:
        return blake2b(who.encode(errors="backslashreplace"), key=self._secret, digest_size=16).hexdigest()


def _charges(rule: Rule, subject: Subject, uses: Mapping[Use, int]) -> Mapping[str, int]:
    charges: Counter[str] = Counter()
    for use, count in uses.items():
        if use.field in rule.fields and (who := _who(rule.per, subject, use)):
            charges[who] += count
    return charges


def _who(per: Per, subject: Subject, use: Use) -> str | None:
    address = f"address {subject.address}"
    match per:
        case "caller":
            return address if subject.person is None else f"person {subject.person}"
        case "address":
            return address
        case "login":
            return None if use.login is None else f"login {use.login}"


def _too_many(rule: Rule, seconds: int) -> Refused:
    extensions = {"limit": rule.name, "maximum": rule.per_minute, "retryAfterSeconds": seconds}
    return Refused(429, "LIMIT_EXCEEDED", Message.RATE, {"Retry-After": str(seconds)}, extensions)


def _too_many_at_once(rule: Rule, count: int) -> Refused:
    """Return the answer to what no waiting makes possible."""
    extensions = {"limit": rule.name, "maximum": rule.per_minute, "value": count}
    return Refused(400, "LIMIT_EXCEEDED", Message.RATE_AT_ONCE, extensions=extensions)
