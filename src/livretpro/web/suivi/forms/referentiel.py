"""What the editor of a référentiel asks: a text to read, then rows to correct."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django import forms

from livretpro.referentiels.typed import (
    LINES_MAX,
    Line,
    Problem,
    problems,
    understood,
    with_parents,
)
from livretpro.web.base.asking import is_key
from safe_input import JSON_LIMITS

BLANK_ROWS = 3
"""Empty rows under the list, to add competences."""


@dataclass(frozen=True)
class Row:
    """A row of the editor: what was typed in it, and what is wrong with it."""

    number: int
    rank: str
    line: Line
    error: str = ""


@dataclass(frozen=True)
class Typed:
    """What the person typed: lines in their order, the version they started from, whether no
    competence lacks."""

    lines: tuple[Line, ...]
    seen: int | None
    sigle: str
    complete: bool

    @property
    def problems(self) -> list[Problem]:
        """What keeps the list from being kept."""
        return problems(self.lines)

    @property
    def nothing_expected(self) -> bool:
        """Whether the list would leave entry closed."""
        return not any(line.expected for line in self.lines)

    @property
    def rows(self) -> list[Row]:
        """The rows of the editor, three blank ones at the end."""
        errors: dict[int, str] = {}
        for problem in self.problems if self.lines else ():
            errors[problem.number] = f"{errors.get(problem.number, '')} {problem.phrase}".strip()
        lines = [*self.lines, *(Line("", "") for _ in range(BLANK_ROWS))]
        return [
            Row(number, _shown_rank(number, line), line, errors.get(number, ""))
            for number, line in enumerate(lines, start=1)
        ]


def _shown_rank(number: int, line: Line) -> str:
    return str(number) if line.code or line.label else ""


class FileForm(forms.Form):
    """A référentiel as a JSON file."""

    fichier = forms.FileField(
        error_messages={
            "required": "Choisissez d’abord un fichier.",
            "empty": "Le fichier est vide : choisissez-en un autre.",
        }
    )

    def clean_fichier(self) -> bytes:
        """The content; one octet over the limit is read, so that the reader says it."""
        content: bytes = self.cleaned_data["fichier"].read(JSON_LIMITS.max_bytes + 1)
        return content


def from_text(data: Mapping[str, str]) -> Typed:
    """The list pasted in one text."""
    lines = tuple(understood(data.get("liste", "")))
    return Typed(lines, _seen(data), data.get("sigle", ""), complete="complet" in data)


def from_rows(data: Mapping[str, str]) -> Typed:
    """The list as its rows tell it: ordered by rank, rows left empty dropped."""
    rows = sorted(_rows(data), key=lambda row: row[0])
    lines = tuple(with_parents(line for _, line in rows))
    return Typed(lines, _seen(data), data.get("sigle", ""), complete="complet" in data)


def _rows(data: Mapping[str, str]) -> Iterator[tuple[float, Line]]:
    for number in range(1, LINES_MAX + BLANK_ROWS + 1):
        code, label = (_folded(data, name, number) for name in ("code", "intitule"))
        if code or label:
            line = Line(code, label, f"attendue_{number}" in data, _parent(data, number, code))
            yield _rank(data.get(f"rang_{number}", ""), number), line


def _parent(data: Mapping[str, str], number: int, code: str) -> str:
    """The competence that the row was under when it was read, unless its code changed since."""
    read, _, parent = data.get(f"sous_{number}", "").partition(";")
    return parent if read == code else ""


def _folded(data: Mapping[str, str], name: str, number: int) -> str:
    return " ".join(data.get(f"{name}_{number}", "").split())


def _rank(text: str, number: int) -> float:
    """The place asked for; a row without one goes where it stands."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 4 else float(number)


def _seen(data: Mapping[str, str]) -> int | None:
    text = data.get("vu", "")
    return int(text) if is_key(text) else None


def from_lines(
    lines: Sequence[Line], *, seen: int | None, complete: bool, sigle: str = ""
) -> Typed:
    """The list of a version or of a file."""
    return Typed(tuple(lines), seen, sigle, complete)
