"""Documents that are small to send and large to run, or to validate; the benchmark times these too."""

from dataclasses import dataclass
from typing import Final

from bff.admission.limits import LimitName
from bff.refusals import Code


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A document of the patient graph, and how it is refused: `limit` is the first one that it exceeds."""

    query: str
    limit: LimitName | None

    @property
    def code(self) -> Code:
        """Return the code of the answer."""
        return "LIMIT_EXCEEDED" if self.limit else "BAD_USER_INPUT"


def chained(links: int) -> str:
    """Return a document of fragments that each spread the next one twice."""
    chain = " ".join(f"fragment F{n} on Patient {{ ...F{n + 1} ...F{n + 1} }}" for n in range(links - 1))
    return f"{{ me {{ ...F0 }} }} {chain} fragment F{links - 1} on Patient {{ name name: email @skip(if: true) }}"


def cycle(fragments: int) -> str:
    """Return a document of fragments that each spread the next one, and the last the first."""
    each = " ".join(f"fragment F{n} on Patient {{ name ...F{(n + 1) % fragments} }}" for n in range(fragments))
    return f"{{ me {{ ...F0 }} }} {each}"


def fragments(count: int, selection: str) -> str:
    """Return a document of fragments of the same selection, side by side."""
    spreads = " ".join(f"...F{n}" for n in range(count))
    return f"{{ me {{ {spreads} }} }} " + " ".join(f"fragment F{n} on Patient {{ {selection} }}" for n in range(count))


def later(count: int) -> str:
    """Return a document of fragments that each spread all later ones, without a field."""
    spreads = (" ".join(f"...F{after}" for after in range(n + 1, count)) for n in range(count))
    return "{ me { ...F0 } } " + " ".join(f"fragment F{n} on Patient {{ {each} }}" for n, each in enumerate(spreads))


def aliases(count: int) -> str:
    """Return a document that asks for the same field under as many names."""
    return "{ me { " + " ".join(f"a{n}: name" for n in range(count)) + " } }"


HOSTILE: Final = {
    "22 chained fragments, each spread twice": Hostile(query=chained(22), limit="height"),
    "150 of them": Hostile(query=chained(150), limit="height"),
    "1,000 aliases": Hostile(query=aliases(1_000), limit="tokens"),
    "600 aliases": Hostile(query=aliases(600), limit="height"),
    "100 aliases": Hostile(query=aliases(100), limit="aliases"),
    "10,000 tokens": Hostile(query="{ me { " + "name " * 9_995 + "} }", limit="tokens"),
    "1,990 tokens": Hostile(query="{ me { " + "name " * 1_985 + "} }", limit="height"),
    "5,000 directives": Hostile(query="{ me { name " + "@x " * 5_000 + "} }", limit="tokens"),
    "900 directives": Hostile(query="{ me { name " + "@x " * 900 + "} }", limit="directives"),
    "directives on everything": Hostile(
        query="query ($v: Int @x) @x { me @x { ... @x { ...F @x } } } fragment F on Patient @x { "
        + " ".join(f"f{n} @x" for n in range(45))
        + " }",
        limit="directives",
    ),
    "100 root fields": Hostile(query="{ " + "me { name } " * 100 + "}", limit="root_fields"),
    "an operation that does not run": Hostile(
        query="query A { me { name } } query B { me { " + "name " * 400 + "} }", limit="height"
    ),
    "a fragment that nothing spreads": Hostile(
        query="{ me { name } } fragment F on Patient { " + "name " * 400 + "}", limit="height"
    ),
    "namesakes of a fragment": Hostile(
        query="{ me { ...F } } " + ("fragment F on Patient { " + "name " * 100 + "} ") * 4, limit="height"
    ),
    "100 fields deep": Hostile(query="{ me " + "{ a " * 99 + "}" * 99 + " }", limit="depth"),
    "a page of lists": Hostile(
        query='{ doctors(first: 100) { nodes { slots(from: "2026-11-24") { startsAt } } } }', limit="cost"
    ),
    "a cycle of one": Hostile(query="{ me { ...F } } fragment F on Patient { name ...F }", limit=None),
    "a cycle of 200": Hostile(query=cycle(200), limit=None),
    "a cycle that nothing leads to": Hostile(
        query="{ me { name } } fragment A on Patient { ...B } fragment B on Patient { ...A }", limit=None
    ),
    "an unknown fragment": Hostile(query="{ me { ...Nowhere } }", limit=None),
    "219 fragments of one field": Hostile(query=fragments(219, "name"), limit="height"),
    "40 fragments that spread all later ones": Hostile(query=later(40), limit="height"),
    "600 unknown fragments": Hostile(query="{ me { " + " ".join(f"...F{n}" for n in range(600)) + " } }", limit=None),
}
