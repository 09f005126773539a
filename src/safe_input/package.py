"""A spreadsheet (`.xlsx`, a zip of XML): what a reader may be given of it."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from safe_input.archive import (
    CHUNK,
    DAMAGED,
    ENCRYPTION_FLAGS,
    KNOWN_METHODS,
    ZIP_MAGICS,
    check_directory,
    too_large,
)
from safe_input.document import parse
from safe_input.limits import MIB, Limits
from safe_input.refusal import Refused

MAX_WORKBOOK = 4 * MIB
PACKAGE_LIMITS = Limits(max_bytes=MAX_WORKBOOK, max_unzipped=8 * MIB, max_elements=200_000)
MAX_MEMBERS, MAX_ROWS, MAX_COLUMNS = 100, 1_000, 300
NOT_A_WORKBOOK = (
    "Ce fichier n’est pas un classeur .xlsx : choisissez celui que vous avez téléchargé "
    "puis rempli."
)
ODD = "Le classeur est d’une forme inconnue : enregistrez-le de nouveau en .xlsx."
TOO_WIDE = (
    "Le classeur a des cellules loin du tableau : effacez-les, ou repartez d’un nouveau "
    "téléchargement."
)


def clean_workbook(data: bytes, limits: Limits = PACKAGE_LIMITS) -> bytes:
    """The same workbook made again of its XML members alone, each one checked.

    Nothing else reaches a reader: no picture, no macro, no document type, no member of an odd
    name. Rows and columns are bounded, since a reader lays a sheet out as a rectangle and one cell
    in XFD1048576 would ask for all the memory. Raises `Refused`.
    """
    if len(data) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    if not data.startswith(ZIP_MAGICS):
        raise Refused("classeur", NOT_A_WORKBOOK)
    check_directory(data, most=MAX_MEMBERS)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as clean:
        for name, content in _members(data, limits).items():
            if name.endswith((".xml", ".rels")):
                _check_places(content, limits)
                clean.writestr(name, content)
    return out.getvalue()


def _members(data: bytes, limits: Limits) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return dict(_inflated(archive, limits, zipped=len(data)))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise Refused("zip_abime", DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refused("zip_format", ODD) from error


def _inflated(
    archive: zipfile.ZipFile, limits: Limits, *, zipped: int
) -> Iterator[tuple[str, bytes]]:
    """Each member by its name; the sizes are counted here, not taken from the zip."""
    most, total = min(limits.max_unzipped, max(MIB, zipped * limits.max_ratio)), 0
    for member in archive.infolist():
        _check_member(member)
        parts = []
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > most:
                    raise too_large(most)
                parts.append(chunk)
        yield member.filename, b"".join(parts)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    if name.startswith("/") or ".." in name.split("/") or any(odd in name for odd in "\\:\0"):
        raise Refused("zip_chemin", ODD)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("zip_lien", ODD)
    if member.flag_bits & ENCRYPTION_FLAGS:
        phrase = "Le classeur est protégé par un mot de passe : enregistrez-le sans lui."
        raise Refused("zip_chiffre", phrase)
    if member.compress_type not in KNOWN_METHODS:
        raise Refused("zip_format", ODD)


def _check_places(content: bytes, limits: Limits) -> None:
    """Bound rows and columns, told (`r`) or counted."""
    for rows, row in enumerate(parse(content, limits).iter("{*}row"), start=1):
        cells = list(row.iter("{*}c"))
        columns = [_column(cell.get("r") or "") for cell in cells]
        if max(rows, _number(row.get("r") or "")) > MAX_ROWS:
            raise Refused("classeur_etendu", TOO_WIDE)
        if max([len(cells), *columns]) > MAX_COLUMNS:
            raise Refused("classeur_etendu", TOO_WIDE)
        if any(_number(cell.get("r") or "") > MAX_ROWS for cell in cells):
            raise Refused("classeur_etendu", TOO_WIDE)


def _number(place: str) -> int:
    """The row of a place; past every limit when it cannot be read."""
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not digits:
        return 0
    return (
        int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else MAX_ROWS + 1
    )


def _column(place: str) -> int:
    """The column of a place, from 1; past every limit when it cannot be read."""
    column = 0
    for letter in place.rstrip("0123456789")[:4]:
        if not "A" <= letter <= "Z":
            return MAX_COLUMNS + 1
        column = column * 26 + ord(letter) - ord("A") + 1
    return column
