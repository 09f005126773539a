"""Files of the disk, and plain text (CSV)."""

import stat
from pathlib import Path

from safe_input.archive import too_large
from safe_input.limits import DEFAULT_LIMITS, Limits
from safe_input.refusal import Refused

UTF8_BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # UTF-16 and UTF-32, both byte orders


def read_bytes(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the content of an ordinary file, for the command line.

    Raises `Refused`: `introuvable`, `dossier`, `pas_un_fichier` (device, pipe), `illisible`
    (rights, disk), `trop_gros`.
    """
    try:
        _check_ordinary(path)
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except FileNotFoundError as error:
        phrase = f"Le fichier {path} n’existe pas : vérifiez son nom et son dossier."
        raise Refused("introuvable", phrase) from error
    except OSError as error:
        phrase = f"Le fichier {path} ne peut pas être lu : vérifiez vos droits sur ce fichier."
        raise Refused("illisible", phrase) from error
    if len(data) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    return data


def read_text(data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    """Return the text of an UTF-8 file, with or without byte order mark, line ends untouched.

    Raises `Refused`: `trop_gros`, `encodage`, `double_bom`, `octet_nul`.
    """
    if len(data) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    if data.startswith(WIDE_BOMS):
        raise _not_utf8(1)
    text = data.removeprefix(UTF8_BOM)
    if text.startswith(UTF8_BOM):
        raise double_bom()
    if (at := text.find(b"\0")) >= 0:
        raise nul_byte(_line(text, at))
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(_line(text, error.start)) from error


def double_bom() -> Refused:
    """Return the refusal of a file that begins with two byte order marks."""
    phrase = "Le fichier commence par deux marques d’encodage (BOM) : exportez-le de nouveau."
    return Refused("double_bom", phrase, 1)


def nul_byte(line: int) -> Refused:
    """Return the refusal of a NUL byte, which no text holds."""
    phrase = (
        f"La ligne {line} contient un octet nul : le fichier est abîmé, exportez-le de nouveau."
    )
    return Refused("octet_nul", phrase, line)


def _check_ordinary(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise Refused("dossier", f"{path} est un dossier : indiquez un fichier.")
    if not stat.S_ISREG(mode):
        raise Refused("pas_un_fichier", f"{path} n’est pas un fichier ordinaire : indiquez-en un.")


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _not_utf8(line: int) -> Refused:
    phrase = (
        f"La ligne {line} n’est pas en UTF-8 : enregistrez le fichier de nouveau, en UTF-8 "
        "(« CSV UTF-8 » dans un tableur)."
    )
    return Refused("encodage", phrase, line)
