"""The manifest of trusted documents, from the `.graphql` files of a client.

python -m bff.trust <audience> FOLDER [-o MANIFEST]    write the manifest, or say why not and exit 1
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, get_args

import strawberry

from bff.admission.trusted import InvalidManifest, TrustedDocuments, document_id
from bff.engine.documents import Documents
from bff.trust.folder import Faults, documents_of
from schema.common.principals import Audience
from schema.doctor.schema import schema as doctor
from schema.erp.schema import schema as erp
from schema.patient.schema import schema as patient

_GRAPHS: Final[Mapping[Audience, strawberry.Schema]] = {"patient": patient, "doctor": doctor, "erp": erp}


def main(arguments: Sequence[str]) -> int:
    """Write a manifest where every document is valid; return the exit code."""
    parser = ArgumentParser(prog="python -m bff.trust", description="The manifest of trusted documents.")
    parser.add_argument("audience", choices=get_args(Audience))
    parser.add_argument("folder", type=Path, help="where the .graphql files are, at any depth")
    parser.add_argument("-o", dest="manifest", type=Path, help="the file to write; without it, the manifest is printed")
    given = parser.parse_args(arguments)
    try:
        text = _manifest(given.audience, given.folder)
        if given.manifest is None:
            print(text, end="")
        else:
            given.manifest.write_text(text, encoding="utf-8")
    except (Faults, InvalidManifest) as refused:
        print(refused, file=sys.stderr)
        return 1
    except OSError as failure:
        print(f"{given.manifest}: {failure.strerror}", file=sys.stderr)
        return 1
    return 0


def _manifest(audience: Audience, folder: Path) -> str:
    schema = _GRAPHS[audience]._schema  # noqa: SLF001  Strawberry has no public name for it
    manifest = {document_id(text): text for text in documents_of(folder, schema)}
    # As the BFF will read it: a document that is too long for it is found here, not at its start-up.
    TrustedDocuments(manifest, "require", Documents(schema, introspection=False))
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
