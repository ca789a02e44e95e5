"""Small real files: a PDF of one page and a PNG picture, made here byte by byte."""

import struct
import zlib
from random import Random
from typing import Final

_PICTURE_PIXELS: Final = 48


def pdf(title: str, lines: tuple[str, ...]) -> bytes:
    """Return a PDF 1.4 of one A4 page with a title and lines of text (Latin-1)."""
    shown = [f"BT /F1 18 Tf 72 770 Td ({_escaped(title)}) Tj ET"]
    shown += [f"BT /F1 11 Tf 72 {730 - 18 * row} Td ({_escaped(line)}) Tj ET" for row, line in enumerate(lines)]
    content = "\n".join(shown).encode("latin-1", "replace")
    fonts = b"<< /Font << /F1 5 0 R >> >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %b >>" % fonts,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    document = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(document))
    document += b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(objects) + 1, table, end)
    return bytes(document)


def png(rng: Random) -> bytes:
    """Return a square greyscale PNG: a soft spot on a dark ground, as a scan would show."""
    centre_x, centre_y = rng.uniform(12, 36), rng.uniform(12, 36)
    rows = (
        bytes(max(0, 230 - int(9 * ((x - centre_x) ** 2 + (y - centre_y) ** 2) ** 0.5)) for x in range(_PICTURE_PIXELS))
        for y in range(_PICTURE_PIXELS)
    )
    header = struct.pack(">IIBBBBB", _PICTURE_PIXELS, _PICTURE_PIXELS, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
