"""Which files a record may hold. Pure."""

from typing import Final

from services.common.wire import Problem

MAX_BYTES: Final = 100 * 1024 * 1024
# What cameras, scanners and laboratories give. Nothing that a browser would run, such as HTML or SVG.
CONTENT_TYPES: Final = frozenset({"application/pdf", "application/dicom", "image/jpeg", "image/png", "image/heic"})


class UnsupportedType(Problem):
    """A type of file that is not taken."""

    def __init__(self) -> None:
        super().__init__(422, "UNSUPPORTED_TYPE", f"A file is one of: {', '.join(sorted(CONTENT_TYPES))}.")


class TooLarge(Problem):
    """A file over the limit."""

    def __init__(self) -> None:
        super().__init__(422, "TOO_LARGE", f"A file has at most {MAX_BYTES} bytes.")


def check_file(content_type: str, size_bytes: int) -> None:
    """Accept a file that may be uploaded; raise `UnsupportedType` or `TooLarge`."""
    if content_type not in CONTENT_TYPES:
        raise UnsupportedType
    if size_bytes > MAX_BYTES:
        raise TooLarge
