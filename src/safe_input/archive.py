"""A zip that holds one file, opened without trusting what it says of itself."""

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from safe_input.limits import DEFAULT_LIMITS, MIB, Limits, in_words
from safe_input.refusal import Refused

ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
CHUNK = 64 * 1024
ENCRYPTION_FLAGS = 0x1 | 0x40 | 0x2000  # APPNOTE 4.4.4: traditional, strong, masked headers
KNOWN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MAX_DIRECTORY = 64 * 1024  # bytes; one entry needs 46 and the length of its name

# APPNOTE 4.3.16 and 4.3.15. The directory is bounded before `zipfile` reads it, because it makes
# an object of each entry, whatever their number.
END_RECORD = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
ZIP64_SIGNATURE = b"PK\x06\x07"
ZIP64_LOCATOR_SIZE = 20
MAX_COMMENT = 65_535

DAMAGED = "L’archive zip est abîmée ou incomplète : téléchargez-la ou exportez-la de nouveau."
UNKNOWN = "L’archive zip est d’une forme inconnue : ouvrez-la et envoyez le fichier qu’elle tient."


def unwrap(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the one file a zip holds, or `data` itself when it is not a zip.

    Raises `Refused` for a zip that holds anything but one plain file within the limits:
    `zip_membres`, `zip_chemin`, `zip_chiffre`, `zip_lien`, `zip_imbrique`, `zip_ratio`,
    `zip_format`, `zip_abime`; `trop_gros` for too large a file or content.
    """
    if len(data) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    if not is_zip(data):
        return data
    check_directory(data, most=1)
    content = _only_member(data, limits)
    if is_zip(content):
        raise Refused("zip_imbrique", "L’archive zip en contient une autre : envoyez le fichier.")
    return content


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip does."""
    return data.startswith(ZIP_MAGICS)


def members(
    data: bytes, limits: Limits = DEFAULT_LIMITS, *, most: int
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of a zip, `most` of them at most, in its order.

    Raises `Refused` as `unwrap` does; `limits` hold for all of them together.
    """
    if len(data) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    check_directory(data, most=most)
    left = limits.max_unzipped
    with opened(data, odd=UNKNOWN) as archive:
        held = archive.infolist()
        if len(held) > most:
            raise _member_count(len(held), most)
        for member in held:
            _check_member(member, most=most)
            bounded = replace(limits, max_unzipped=left)
            content = b"".join(_inflate(archive, member, limits=bounded, zipped=len(data)))
            if is_zip(content):
                raise Refused("zip_imbrique", "L’archive zip en contient une autre : ouvrez-la.")
            left -= len(content)
            yield member.filename, content


def too_large(limit: int) -> Refused:
    """Return the refusal of a file of more than `limit` bytes."""
    phrase = f"Le fichier dépasse {in_words(limit)} : vérifiez que c’est bien le fichier attendu."
    return Refused("trop_gros", phrase)


def check_directory(data: bytes, *, most: int) -> None:
    """Refuse a zip that ends oddly or announces no member, or more than `most` of them."""
    at = data.rfind(END_SIGNATURE, -(END_RECORD.size + MAX_COMMENT))
    if at < 0 or len(data) - at < END_RECORD.size:
        raise Refused("zip_abime", DAMAGED)
    _, _, _, _, entries, size, _, comment = END_RECORD.unpack_from(data, at)
    if at + END_RECORD.size + comment != len(data):
        raise Refused("zip_abime", DAMAGED)
    if data[: at - ZIP64_LOCATOR_SIZE + 4].endswith(ZIP64_SIGNATURE):
        raise _unknown_format()
    if not 1 <= entries <= most or size > MAX_DIRECTORY:
        raise _member_count(entries, most)


def _only_member(data: bytes, limits: Limits) -> bytes:
    with opened(data, odd=UNKNOWN) as archive:
        held = archive.infolist()
        if len(held) != 1:
            raise _member_count(len(held), 1)
        _check_member(held[0], most=1)
        return b"".join(_inflate(archive, held[0], limits=limits, zipped=len(data)))


@contextlib.contextmanager
def opened(data: bytes, *, odd: str) -> Iterator[zipfile.ZipFile]:
    """A zip to read; what `zipfile` says of it meanwhile becomes a refusal: `zip_abime`, or
    `zip_format` with the sentence `odd`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise Refused("zip_abime", DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refused("zip_format", odd) from error


def _check_member(member: zipfile.ZipInfo, *, most: int) -> None:
    if any(character in member.orig_filename for character in "/\\:\0"):
        asked = (
            "elle doit tenir un seul fichier"
            if most == 1
            else "mettez dans une archive les fichiers eux-mêmes, sans le dossier qui les tient"
        )
        phrase = f"L’archive zip contient un dossier ou un chemin : {asked}."
        raise Refused("zip_chemin", phrase)
    if stat.S_ISLNK(member.external_attr >> 16):
        phrase = "L’archive zip contient un lien et non un fichier : envoyez le fichier lui-même."
        raise Refused("zip_lien", phrase)
    if member.flag_bits & ENCRYPTION_FLAGS:
        phrase = "L’archive zip est protégée par un mot de passe : envoyez le fichier sans elle."
        raise Refused("zip_chiffre", phrase)
    if member.compress_type not in KNOWN_METHODS:
        raise _unknown_format()


def _inflate(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, limits: Limits, zipped: int
) -> Iterator[bytes]:
    """Yield the content; the sizes are counted here, those written in the zip are not used."""
    inflated = 0
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            inflated += len(chunk)
            if inflated > limits.max_unzipped:
                raise too_large(limits.max_unzipped)
            if inflated > max(MIB, zipped * limits.max_ratio):
                phrase = "L’archive zip se déplie démesurément : exportez de nouveau le fichier."
                raise Refused("zip_ratio", phrase)
            yield chunk


def _member_count(found: int, most: int) -> Refused:
    asked = "elle doit en contenir un seul" if most == 1 else f"{most} au plus sont reçus à la fois"
    phrase = f"L’archive zip contient {found} fichiers : {asked}."
    if found == 0:
        phrase = f"L’archive zip ne contient aucun fichier : {asked}."
    elif found <= most:
        phrase = "La liste des fichiers de l’archive zip est anormale : envoyez le fichier seul."
    return Refused("zip_membres", phrase)


def _unknown_format() -> Refused:
    return Refused("zip_format", UNKNOWN)
