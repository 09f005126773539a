"""A list of competences as somebody types or pastes it: what is understood, what is not.

No Django here. One competence a line: a code, then its wording, parted by a tab, a semicolon, a
dash, a colon or a blank. A line without a code goes on with the wording above it, as in a table
copied from a PDF.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CODE_MAX = 20
LABEL_MAX = 300
LINES_MAX = 400

_BULLETS = " \t•·▪◦*"
_CELLS = re.compile(r"\s*[\t;]\s*")
_CODE = re.compile(
    r"(?=[^\s]*[0-9])([A-Za-z]{0,4}[0-9]{1,3}(?:[.\-_][0-9A-Za-z]{1,4})*)\.?(?=[\s:–—-]|$)"
)
_AFTER_CODE = re.compile(r"\s*[:–—-]?\s*")


@dataclass(frozen=True)
class Line:
    """A competence as typed: `expected` says that it is of the livret; `parent` is a code."""

    code: str
    label: str
    expected: bool = False
    parent: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be kept: its number, from 1, and a French sentence."""

    number: int
    phrase: str


def understood(text: str) -> list[Line]:
    """The lines of a pasted text. First-level competences are expected, until somebody says else.

    What has no code at all keeps an empty one: `problems` tells it.
    """
    lines: list[Line] = []
    for raw in text.splitlines():
        clean = _clean(raw).lstrip(_BULLETS)
        if clean:
            _take(clean, raw, lines)
    return expected_by_default(lines)


def _take(clean: str, raw: str, lines: list[Line]) -> None:
    code, label = _parted(clean, raw.lstrip(_BULLETS))
    if code or not lines:
        lines.append(Line(code, label))
    else:
        last = lines[-1]
        lines[-1] = Line(last.code, f"{last.label} {label}".strip())


def _parted(clean: str, raw: str) -> tuple[str, str]:
    """The code and the wording of a line; no code for a line that goes on with the one above."""
    cells = [cell for cell in _CELLS.split(_nfc(raw).strip()) if cell]
    if len(cells) > 1 and len(cells[0]) <= CODE_MAX and " " not in cells[0]:
        return cells[0], " ".join(cells[1:])
    if found := _CODE.match(clean):
        rest = clean[found.end() :]
        return found.group(1), rest[_after(rest) :]
    return "", clean


def _after(rest: str) -> int:
    found = _AFTER_CODE.match(rest)
    return found.end() if found else 0


def _clean(text: str) -> str:
    """NFC, blanks folded."""
    return " ".join(_nfc(text).split())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def expected_by_default(lines: Sequence[Line]) -> list[Line]:
    """The same lines with their parents, the first level being expected (spec 02)."""
    return [
        Line(line.code, line.label, expected=not line.parent, parent=line.parent)
        for line in with_parents(lines)
    ]


def with_parents(lines: Iterable[Line]) -> Iterator[Line]:
    """Each line with its parent: the one it has, if that stands above it at the first level, else
    the first-level competence above it that its code begins with."""
    firsts: list[str] = []
    for line in lines:
        parent = line.parent if line.parent in firsts else _above(line.code, firsts)
        if not parent:
            firsts.append(line.code)
        yield Line(line.code, line.label, line.expected, parent)


def _above(code: str, firsts: Sequence[str]) -> str:
    return next((first for first in reversed(firsts) if _is_under(code, first)), "")


def _is_under(code: str, above: str) -> bool:
    """C1.1 is under C1 and A1 under A; C12 is not under C1: it may be the twelfth."""
    if not above or not code.startswith(above) or code == above:
        return False
    following = code[len(above)]
    return following in ".-_" or (not above[-1].isdigit() and following.isdigit())


def problems(lines: Sequence[Line]) -> list[Problem]:
    """Everything that keeps these lines from being kept, in their order."""
    if not lines:
        return [Problem(1, "La liste est vide : saisissez une compétence par ligne.")]
    if len(lines) > LINES_MAX:
        return [Problem(LINES_MAX + 1, f"La liste dépasse {LINES_MAX} lignes ({len(lines)}).")]
    seen: dict[str, int] = {}
    found = []
    for number, line in enumerate(lines, start=1):
        found += [Problem(number, phrase) for phrase in _line_problems(line)]
        if line.code and line.code in seen:
            phrase = f"Le code {line.code} figure déjà ligne {seen[line.code]}."
            found.append(Problem(number, phrase))
        seen.setdefault(line.code, number)
    return found


def _line_problems(line: Line) -> Iterator[str]:
    if not line.code:
        yield "Le code manque, par exemple C1.2."
    elif len(line.code) > CODE_MAX:
        yield f"Le code compte {len(line.code)} caractères : la limite est de {CODE_MAX}."
    elif not line.code.isprintable() or " " in line.code or ";" in line.code:
        yield "Le code ne contient ni blanc, ni point-virgule, ni caractère invisible."
    if not line.label:
        yield "L’intitulé manque."
    elif len(line.label) > LABEL_MAX:
        yield f"L’intitulé compte {len(line.label)} caractères : la limite est de {LABEL_MAX}."
    elif any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in line.label):
        yield "L’intitulé contient un caractère interdit dans le fichier du LSL."


def as_text(lines: Iterable[Line]) -> str:
    """The lines as one would paste them, a tab between code and wording."""
    return "\n".join(f"{line.code}\t{line.label}" for line in lines)
