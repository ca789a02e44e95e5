"""What is asked: the three operations of the benchmark, and those that vary one thing."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schema.common.principals import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One operation of one graph. `calls` are those downstream."""

    name: str
    audience: Audience
    query: str
    calls: int

    @property
    def body(self) -> bytes:
        """The request's body."""
        return json.dumps({"query": self.query, "operationName": self.name}).encode()


HOME: Final = Asked(
    name="Home",
    audience="patient",
    calls=4,
    query="""query Home { me { id name email
  appointments(first: 20) { nodes {
    id status startsAt endsAt timeZone priceCents currency reason
    doctor { id name bio priceCents clinic { name city } rating { average count } }
    meeting { status url }
  } }
  records(first: 20) { nodes { id title category contentType sizeBytes createdAt status } }
} }""",
)
ME: Final = Asked(name="Me", audience="patient", calls=1, query="query Me { me { id name email } }")
LIST: Final = Asked(
    name="List",
    audience="erp",
    calls=3,
    query="""query List { appointments(first: 100) { nodes {
  id status startsAt endsAt timeZone priceCents currency createdAt
  doctor { id name status priceCents }
  patient { id name timeZone }
} } }""",
)
MAIN: Final = {"Q1": HOME, "Q2": ME, "Q3": LIST}

_PAGE: Final = 100
_PARTS: Final = "{ nodes { id status startsAt priceCents currency } }"


def sized(objects: int) -> Asked:
    """Ask for so many appointments: in pages of at most 100, each of which is a call."""
    pages = max(1, objects // _PAGE)
    size = min(objects, _PAGE)
    fields = " ".join(
        f"p{n}: appointments(first: {size}, after: {json.dumps(_cursor(n))}) {_PARTS}" for n in range(pages)
    )
    return Asked(name="Sized", audience="erp", calls=pages, query=f"query Sized {{ {fields} }}")


def _cursor(page: int) -> str:
    """Return a cursor as the graph gives them: pages have to differ, for equal ones are asked for once."""
    return base64.urlsafe_b64encode(json.dumps([str(page), 0]).encode()).decode()


def deep() -> Iterator[tuple[int, Asked]]:
    """Yield operations that go deeper and deeper, 20 objects a level, and their depths."""
    yield 1, Asked(name="Deep", audience="patient", calls=0, query="query Deep { me { id } }")
    levels = (
        (3, 1, "id"),
        (4, 2, "id doctor { id }"),
        (5, 3, "id doctor { id nextSlot { startsAt } }"),
    )
    for depth, calls, fields in levels:
        query = f"query Deep {{ me {{ appointments(first: 20) {{ nodes {{ {fields} }} }} }} }}"
        yield depth, Asked(name="Deep", audience="patient", calls=calls, query=query)
    query = "query Deep { me { records(first: 20) { nodes { shares { doctor { nextSlot { startsAt } } } } } } }"
    yield 6, Asked(name="Deep", audience="patient", calls=4, query=query)


def different(asked: Asked, count: int) -> list[Asked]:
    """Return the same operation as so many different documents."""
    return [
        Asked(
            name=asked.name,
            audience=asked.audience,
            calls=asked.calls,
            query=asked.query.replace("id ", f"id other{n}: id ", 1),
        )
        for n in range(count)
    ]
