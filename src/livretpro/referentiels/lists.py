"""A typed or pasted list of competences: what is understood of it (spec 02, Expected competences).

One competence a line: its code, a separator, its wording. Plain Python, no database.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

CODE_MAX = 20
LABEL_MAX = 300
MAX_LINES = 400
MAX_EXPECTED = 60
MAX_TEXT = 200_000  # 400 lines of 320 characters, and room for blanks

_SEPARATED = re.compile(r"(?P<code>[^\t;|]*?)\s*[\t;|]\s*(?P<label>.*)", re.DOTALL)
_SPACED = re.compile(r"(?P<code>[^\s:]*\d[^\s:]*?)[.:)]*\s+(?:[-–—:]\s+)?(?P<label>\S.*)")
_BULLET = re.compile(r"[•▪●◦]\s*|[-–—]\s+")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, Char


@dataclass(frozen=True)
class Line:
    """A competence: `depth` 1 is the first level; `number` is its line in the text."""

    number: int
    code: str
    label: str
    depth: int = 1

    @property
    def indent(self) -> range:
        """As many steps as the line stands below the first level."""
        return range(self.depth - 1)


@dataclass(frozen=True)
class BadLine:
    """Why a line cannot be kept; `number` counts from 1, 0 for the whole list."""

    number: int
    phrase: str


@dataclass(frozen=True)
class Reading:
    """What was understood of a list, and what was not."""

    lines: tuple[Line, ...]
    errors: tuple[BadLine, ...]

    @property
    def first_level(self) -> frozenset[str]:
        """The codes of the first level: what is expected at the livret by default."""
        return frozenset(line.code for line in self.lines if line.depth == 1)


def read_list(text: str) -> Reading:
    """Read a list. The level comes from the codes (C1, C1.1), or from leading `>` marks.

    A line without a code continues the wording of the one before: a table copied from a PDF.
    """
    if len(text) > MAX_TEXT:
        return Reading((), (BadLine(0, "La liste est trop longue pour un référentiel."),))
    found: list[Line] = []
    errors: list[BadLine] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        _take(found, errors, number, _clean(raw))
    lines = _with_depths(found)
    return Reading(lines, tuple(sorted([*errors, *_wrong(lines)], key=lambda e: e.number)))


def _clean(raw: str) -> str:
    text = unicodedata.normalize("NFC", raw).replace("\u00a0", " ").replace("\u202f", " ")
    return _BULLET.sub("", text.strip(" "), count=1) if _BULLET.match(text.strip(" ")) else text


def _take(found: list[Line], errors: list[BadLine], number: int, text: str) -> None:
    if not text.strip():
        return
    marks = len(text.strip()) - len(text.strip().lstrip(">"))
    body = text.strip().lstrip(">").strip()
    match = _SEPARATED.fullmatch(body) or _SPACED.fullmatch(body)
    if match:
        code, label = match["code"].strip(' "'), _joined(match["label"].rstrip("; \t"))
        found.append(Line(number, code, label, depth=-marks if marks else 0))
    elif found:
        found[-1] = replace(found[-1], label=_joined(f"{found[-1].label} {body}"))
    else:
        errors.append(BadLine(number, "aucun code n’est lu avant l’intitulé."))


def _joined(label: str) -> str:
    """The wording on one line, without the quotes and empty cells of a spreadsheet."""
    return " ".join(part.strip('"') for part in re.split(r"[\t\n ]+", label) if part.strip('"; '))


def _with_depths(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The depth of each line: its marks when it has some, else what its code begins with."""
    done: dict[str, int] = {}
    found: list[Line] = []
    for line in lines:
        above = found[-1].depth if found else 0
        depth = min(1 - line.depth, above + 1) if line.depth else _depth(line.code, done)
        depth = min(depth, above + 1)
        done.setdefault(line.code, depth)
        found.append(replace(line, depth=depth))
    return tuple(found)


def _depth(code: str, done: dict[str, int]) -> int:
    """One below the longest earlier code this one begins with, a separator between (C1, C1.1)."""
    above = [c for c in done if c and code.startswith(c) and code[len(c) : len(c) + 1] in ".-_/"]
    above = [c for c in above if c != code]
    return done[max(above, key=len)] + 1 if above else 1


def _wrong(lines: Sequence[Line]) -> list[BadLine]:
    found = [BadLine(0, "La liste est vide : écrivez une compétence par ligne.")]
    if lines:
        found = []
    if len(lines) > MAX_LINES:
        phrase = f"La liste a {len(lines)} lignes : {MAX_LINES} au plus."
        found.append(BadLine(0, phrase))
    first: dict[str, int] = {}
    for line in lines:
        found.extend(BadLine(line.number, phrase) for phrase in _line_errors(line))
        if line.code in first:
            phrase = f"le code {line.code} est déjà à la ligne {first[line.code]}."
            found.append(BadLine(line.number, phrase))
        first.setdefault(line.code, line.number)
    return found


def _line_errors(line: Line) -> Iterable[str]:
    if not line.code:
        yield "le code manque."
    if not line.label:
        yield "l’intitulé manque."
    if len(line.code) > CODE_MAX:
        yield f"le code a {len(line.code)} caractères, {CODE_MAX} au plus."
    if " " in line.code:
        yield f"le code « {line.code} » contient une espace."
    if len(line.label) > LABEL_MAX:
        yield f"l’intitulé a {len(line.label)} caractères, {LABEL_MAX} au plus."
    if _ILLEGAL.search(line.code + line.label):
        yield "un caractère ne peut pas être écrit dans un fichier XML."


def tree(lines: Iterable[Line], expected: Collection[str]) -> list[dict[str, Any]]:
    """The `competences` of a référentiel file: each line below its parent, marked or not."""
    roots: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for line in lines:
        made = {"code": line.code, "intitule": line.label, "livret": line.code in expected}
        del path[line.depth - 1 :]
        if path:
            path[-1].setdefault("sous_competences", []).append(made)
        else:
            roots.append(made)
        path.append(made)
    return roots


def as_text(lines: Iterable[tuple[str, str, int]]) -> str:
    """A list as it is typed: code, tab, wording; `>` marks where the code does not tell the level.

    Each line is (code, wording, depth).
    """
    done: dict[str, int] = {}
    texts: list[str] = []
    for code, label, depth in lines:
        marks = "" if _depth(code, done) == depth else ">" * (depth - 1)
        done[code] = depth
        texts.append(f"{marks}{code}\t{label}")
    return "\n".join(texts)
