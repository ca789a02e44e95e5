"""The page of permissions says what the SDLs say."""

import pytest

from schema.__main__ import GRAPHS, PERMISSIONS, ROOT, sdl
from schema.permissions import page, permissions

SDL = """
directive @public on FIELD_DEFINITION | OBJECT | INTERFACE
directive @requiresRole(roles: [String!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
interface Node { id: ID! }
interface Problem @public { code: Int! }
type Query { book: Book @public me: Int @requiresRole(roles: ["admin", "auditor"]) }
type Book implements Node @requiresRole(roles: ["support"]) { id: ID! price: Int @requiresRole(roles: ["finance"]) }
type Lost implements Problem { code: Int! }
"""


def test_a_fields_declaration_counts_before_its_types_and_its_interfaces() -> None:
    assert permissions(SDL) == {
        "Query": {"book": None, "me": ("admin", "auditor")},
        "Book": {"id": ("support",), "price": ("finance",)},
        "Lost": {"code": None},
    }


def test_a_field_that_nobody_has_declared_is_not_shown_as_open() -> None:
    with pytest.raises(KeyError, match=r"Lost\.text"):
        permissions(f"{SDL}extend type Lost {{ text: String }}")


def test_the_page_has_a_line_for_each_operation_and_each_set_of_roles() -> None:
    lines = page({"erp": SDL}).splitlines()
    for line in (
        "| Field | nobody | admin | finance | support | auditor |",
        "| `Query.book` | yes | yes | yes | yes | yes |",
        "| `Query.me` |  | yes |  |  | yes |",
        "| support | `Book.id` |",
        "| finance | `Book.price` |",
        "| whoever gets there | `Lost` |",
        "| `may_see_admin` | A person of the ERP: the very person. |",
    ):
        assert line in lines


def test_the_committed_page_is_of_the_graphs() -> None:
    written = page({audience: sdl(audience) for audience in GRAPHS})
    assert (ROOT / PERMISSIONS).read_text(encoding="utf-8") == written
    assert all(f"`{policy}`" in written for policy in ("may_read_record", "may_see_share", "may_see_agenda"))
