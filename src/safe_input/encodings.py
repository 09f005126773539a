"""The encodings that are read, and the signs of the others."""

import codecs

from safe_input.plain import UTF8_BOM, double_bom
from safe_input.refusal import Refused

# The ministry's files declare ISO-8859-15; ours are in UTF-8; the others are their close kin.
ACCEPTED = ("UTF-8", "ISO-8859-1", "ISO-8859-15", "WINDOWS-1252", "US-ASCII")
SINGLE_BYTE = ("ISO-8859-1", "ISO-8859-15", "WINDOWS-1252")

# First bytes of `<` or `<?` (XML 1.0, appendix F), with or without byte order mark.
FOREIGN_HEADS = (
    ("UTF-32", (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")),
    ("UTF-16", (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")),
    ("UTF-7", (b"+/v", b"+ADw-")),
    ("EBCDIC", (b"\x4c\x6f\xa7\x94",)),
)


def check_head(head: bytes) -> None:
    """Refuse what the first bytes betray: `vide`, `encodage`, `double_bom` or `pas_xml`."""
    for name, heads in FOREIGN_HEADS:
        if head.startswith(heads):
            raise refused_encoding(name)
    text = head.removeprefix(UTF8_BOM)
    if text.startswith(UTF8_BOM):
        raise double_bom()
    if not text.strip():
        raise Refused("vide", "Le fichier est vide : exportez-le de nouveau.", 1)
    if not text.lstrip().startswith(b"<"):
        phrase = "Ce fichier n’est pas du XML : vérifiez que vous avez choisi le bon fichier."
        raise Refused("pas_xml", phrase, 1)


def accepted(declared: str, *, with_bom: bool) -> str:
    """Return the declared encoding in capitals, or refuse it (`encodage`)."""
    name = declared.upper()
    if name not in ACCEPTED:
        raise refused_encoding(declared[:20])
    if with_bom and name != "UTF-8":
        phrase = (
            f"Le fichier annonce {name} mais porte la marque de l’UTF-8 : exportez-le de nouveau."
        )
        raise Refused("encodage", phrase, 1)
    return name


def refused_encoding(name: str) -> Refused:
    """Return the refusal of an encoding that is not read."""
    phrase = f"L’encodage {name} n’est pas lu : exportez le fichier en UTF-8 ou en ISO-8859-15."
    return Refused("encodage", phrase, 1)


class Utf8Watch:
    """Finds UTF-8 in a file that declares a single-byte encoding.

    Every byte is legal in ISO-8859-15, so the wrong declaration would not fail: `é` would quietly
    become `Ã©`. Accented text that is valid UTF-8 from end to end was never meant as ISO-8859-15.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._valid = True
        self._accents = False

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        """Look at the next bytes; `final` once there are no more."""
        if not self._valid:
            return
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self._valid = False
        else:
            self._accents = self._accents or not text.isascii()

    def is_utf8(self) -> bool:
        """Whether what was fed is valid UTF-8 with at least one character beyond ASCII."""
        return self._valid and self._accents
