"""A spreadsheet (`.xlsx`, a zip of XML): what a reader may be given of it."""

import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from math import inf

from lxml import etree

from safe_input.archive import (
    CHUNK,
    ENCRYPTION_FLAGS,
    KNOWN_METHODS,
    ZIP_MAGICS,
    check_directory,
    opened,
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


def clean_workbook(
    data: bytes, limits: Limits = PACKAGE_LIMITS, *, max_rows: int = MAX_ROWS
) -> bytes:
    """The same workbook made again of its XML members alone, each one checked.

    Nothing else reaches a reader: no picture, no macro, no document type, no member of an odd
    name. Rows and columns are bounded, since a reader lays a sheet out as a rectangle and one cell
    in XFD1048576 would ask for all the memory; so is what the cells say together, since a long
    text kept once may be shared by them all. Raises `Refused`.
    """
    if len(data) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    if not data.startswith(ZIP_MAGICS):
        raise Refused("classeur", NOT_A_WORKBOOK)
    check_directory(data, most=MAX_MEMBERS)
    kept = {
        name: content
        for name, content in _members(data, limits).items()
        if name.endswith((".xml", ".rels"))
    }
    _check_shared([_checked(content, limits, max_rows) for content in kept.values()], limits)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as clean:
        for name, content in kept.items():
            clean.writestr(name, content)
    return out.getvalue()


def _members(data: bytes, limits: Limits) -> dict[str, bytes]:
    with opened(data, odd=ODD) as archive:
        return dict(_inflated(archive, limits, zipped=len(data)))


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


@dataclass(frozen=True)
class _Shares:
    """The texts a member keeps for others, by their length, and which its cells take, how often."""

    lengths: list[int]
    taken: Counter[str]


def _checked(content: bytes, limits: Limits, max_rows: int) -> _Shares:
    root = parse(content, limits)
    _check_places(root, max_rows)
    return _Shares(
        [sum(len(part) for part in one.itertext()) for one in root.iter("{*}si")],
        Counter(
            cell.findtext("{*}v", "").strip() for cell in root.iter("{*}c") if cell.get("t") == "s"
        ),
    )


def _check_shared(members: list[_Shares], limits: Limits) -> None:
    """Bound what the cells take of shared texts, as if each had its own copy."""
    kept = [list(lengths) for one in members if (lengths := one.lengths)]
    longest = [max(lengths) for lengths in zip_longest(*kept, fillvalue=0)]
    taken: Counter[str] = sum((one.taken for one in members), Counter())
    total = sum(
        times * longest[int(place)]
        for place, times in taken.items()
        if _is_number(place) and int(place) < len(longest)
    )
    if total > limits.max_unzipped:
        raise Refused("classeur_etendu", TOO_WIDE)


def _check_places(root: etree._Element, max_rows: int) -> None:
    """Bound rows and columns, told (`r`) or counted."""
    for rows, row in enumerate(root.iter("{*}row"), start=1):
        cells = list(row.iter("{*}c"))
        columns = [_column(cell.get("r") or "") for cell in cells]
        if max([rows, _row(row), *map(_row, cells)]) > max_rows:
            raise Refused("classeur_etendu", TOO_WIDE)
        if max([len(cells), *columns]) > MAX_COLUMNS:
            raise Refused("classeur_etendu", TOO_WIDE)


def _row(place: etree._Element) -> float:
    """The row that a row or a cell says it is; past every limit when it cannot be read."""
    digits = (place.get("r") or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not digits:
        return 0
    return int(digits) if _is_number(digits) else inf


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) < 8


def _column(place: str) -> int:
    """The column of a place, from 1; past every limit when it cannot be read."""
    column = 0
    for letter in place.rstrip("0123456789")[:4]:
        if not "A" <= letter <= "Z":
            return MAX_COLUMNS + 1
        column = column * 26 + ord(letter) - ord("A") + 1
    return column
