"""The command that writes a manifest: what it takes from a folder, and what it refuses to trust."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import GraphQLSchema, parse, print_ast

from bff.admission.body import GraphQLRequest
from bff.admission.limits import Limits
from bff.admission.trusted import TrustedDocuments, document_id, read_manifest
from bff.engine.documents import Documents
from bff.graphiql.examples import EXAMPLES, examples_of
from bff.trust.__main__ import main
from schema.common.principals import Audience
from schema.doctor.schema import schema as doctor
from schema.erp.schema import schema as erp
from schema.patient.schema import schema as patient

GRAPHS: dict[Audience, GraphQLSchema] = {"patient": patient._schema, "doctor": doctor._schema, "erp": erp._schema}
ME = "query Me {\n  me {\n    name\n  }\n}"
BOTH = "query Both {\n  me {\n    ...Person\n    ... {\n      ...Address\n    }\n  }\n}"
PERSON = "fragment Person on Patient {\n  name\n  ...Address\n}"
ADDRESS = "fragment Address on Patient {\n  email\n}"


def write(folder: Path, **files: str) -> Path:
    """Write files by name, without `.graphql`; two underscores make a folder."""
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.graphql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def documents(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the documents that the command makes of a folder for patients."""
    assert main(["patient", str(folder)]) == 0
    manifest: dict[str, str] = json.loads(capsys.readouterr().out)
    assert [document_id(text) for text in manifest.values()] == list(manifest)
    return list(manifest.values())


def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return why the command refuses a folder."""
    manifest = folder / "manifest.json"
    assert main(["patient", str(folder), "-o", str(manifest)]) == 1
    assert not manifest.exists()
    output = capsys.readouterr()
    assert not output.out
    return output.err.splitlines()


@pytest.mark.parametrize("audience", GRAPHS)
def test_the_examples_can_be_trusted(audience: Audience, tmp_path: Path) -> None:
    """What GraphiQL shows becomes a manifest, and the BFF that reads it finds each by its hash."""
    manifest = tmp_path / "manifest.json"
    assert main([audience, str(EXAMPLES / audience), "-o", str(manifest)]) == 0
    written = read_manifest(manifest)
    trusted = TrustedDocuments(written, "require", Documents(GRAPHS[audience], introspection=False))
    assert [trusted.resolve(GraphQLRequest(query=None, document_id=each)) for each in written] == [
        print_ast(parse(example.query)) for example in examples_of(audience)
    ]


def test_it_runs_as_a_command(tmp_path: Path) -> None:
    folder = write(tmp_path / "given", me=ME)
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "bff.trust", "patient", str(folder)],
        cwd=Path(__file__).parents[3],
        env={name: value for name, value in os.environ.items() if not name.startswith("HEALTHMED_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)) == (0, {document_id(ME): ME})


def test_each_operation_is_a_document_with_the_fragments_that_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fragments come from any file; those of others, and those that nobody spreads, are left out."""
    folder = write(
        tmp_path,
        a=f"{ME} {BOTH}",
        b__c=f"{ADDRESS} {PERSON}",
        b__d="fragment Unused on Patient { email }",
        b__e="query Address { me { ...Address } }",
    )
    assert documents(folder, capsys) == [
        ME,
        f"{BOTH}\n\n{PERSON}\n\n{ADDRESS}",
        f"query Address {{\n  me {{\n    ...Address\n  }}\n}}\n\n{ADDRESS}",
    ]


def test_typename_stays_where_it_is_and_comes_nowhere_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path, a="query A { me { __typename name } }", b="query B { me { name } }")
    with_it, without = documents(folder, capsys)
    assert with_it.count("__typename") == 1
    assert "__typename" not in without


def test_the_manifest_is_the_same_wherever_the_folder_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "b": "query B { me { name } }",
        "a": "query Z { me { name } } query Y { me { name } }",
        "a__c": "query C { me { name } }",
    }
    first = write(tmp_path / "one", **files)
    second = write(tmp_path / "two", **dict(reversed(files.items())))
    both = [documents(folder, capsys) for folder in (first, second)]
    assert both[0] == both[1]
    assert [text.split()[1] for text in both[0]] == ["C", "Z", "Y", "B"]


REFUSED = {
    "an absent field": ({"a": "query A {\n  me {\n    age\n  }\n}"}, ["a.graphql:3: Cannot query field 'age' on type"]),
    "two faults": (
        {"a": "query A { me { age } }", "b__c": "query C { me { size } }"},
        ["a.graphql:1: Cannot query field 'age'", "b/c.graphql:1: Cannot query field 'size'"],
    ),
    "a fault in a fragment, once": (
        {
            "a": "query A { me { ...F } } query B { me { ...F } }",
            "f": "\n\nfragment F on Patient { age }",
        },
        ["f.graphql:3: Cannot query field 'age'"],
    ),
    "a syntax error": ({"a": "query A {\n me {"}, ["a.graphql:2: Syntax Error"]),
    "a fragment that is nowhere": ({"a": "query A { me { ...F } }"}, ["a.graphql:1: Unknown fragment 'F'"]),
    "a cycle": (
        {
            "a": "query A { me { ...F } }",
            "f": "fragment F on Patient { name ...G }\nfragment G on Patient { name ...F }",
        },
        ["f.graphql:1: Cannot spread fragment 'F' within itself via 'G'"],
    ),
    "an unused variable": ({"a": "query A($id: ID) { me { name } }"}, ["a.graphql:1: Variable '$id' is never used"]),
    "two operations of one name": (
        {"a": "query A { me { name } }", "b": "query A { me { id } }"},
        ["b.graphql:1: another one has the name A"],
    ),
    "two fragments of one name": (
        {"a": "query A { me { ...F } }", "b": "fragment F on Patient { id }\nfragment F on Patient { name }"},
        ["b.graphql:2: another one has the name F"],
    ),
    "no name": ({"a": "{ me { name } }"}, ["a.graphql:1: an operation needs a name"]),
    "a type": ({"a": "type A { a: Int }"}, ["a.graphql:1: neither an operation nor a fragment"]),
    "introspection": ({"a": "query A { __schema { description } }"}, ["a.graphql:1: GraphQL introspection"]),
    "another audience's": ({"a": "query A { invoices { nodes { id } } }"}, ["a.graphql:1: Cannot query field"]),
    "a file with nothing in it": ({"a": ME, "b": "# nothing"}, ["b.graphql:1: Syntax Error"]),
    "fragments alone": ({"f": "fragment F on Patient { id }"}, [": no operation in any .graphql file"]),
    "nothing": ({}, [": no operation in any .graphql file"]),
}


@pytest.mark.parametrize(("files", "lines"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_trusted_is_refused_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], lines: list[str]
) -> None:
    said = refused(write(tmp_path, **files), capsys)
    assert len(said) == len(lines)
    assert [line for line, start in zip(said, lines, strict=True) if start not in line] == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.graphql").write_bytes(b"query A { me { name } } # jo\xe3o")
    (tmp_path / "folder.graphql").mkdir()
    assert refused(tmp_path, capsys) == ["folder.graphql:1: Is a directory", "latin.graphql:1: not UTF-8"]


def test_what_is_too_long_for_the_endpoint_is_refused_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fields = " ".join(f"f{number}: name" for number in range(Limits().tokens // 3))
    folder = write(tmp_path, long=f"query Long {{ me {{ {fields} }} }}")
    [line] = refused(folder, capsys)
    assert "tokens" in line


def test_a_manifest_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path, me=ME)
    manifest = tmp_path / "absent" / "manifest.json"
    assert main(["patient", str(folder), "-o", str(manifest)]) == 1
    assert capsys.readouterr().err == f"{manifest}: No such file or directory\n"


@pytest.mark.parametrize("arguments", [[], ["patient"], ["nurse", "."]])
def test_wrong_arguments_say_how_it_is_used(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "python -m bff.trust" in capsys.readouterr().err
