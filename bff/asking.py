"""Who asks, as far as it is known: what a context, a rate limit and an answer are made for."""

from dataclasses import dataclass

from schema.common.messages import Language
from schema.common.principals import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, in which language, from which network address, in which request."""

    principal: Principal
    language: Language
    address: str
    request_id: str
