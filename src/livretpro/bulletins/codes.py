"""« Mettre à jour les codes CPRO dans la grille »: codes of the référentiel, found by label."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livretpro.accounts.rules import folded


@dataclass(frozen=True)
class GridLine:
    """A line of a frame, its label and the CPRO code it bears, empty when it has none."""

    pk: int
    label: str
    code: str


@dataclass(frozen=True)
class Found:
    """Codes to write, by line; the labels that several competences bear, and that none bears."""

    codes: dict[int, str]
    ambiguous: tuple[str, ...]
    unknown: tuple[str, ...]


def find_codes(lines: Sequence[GridLine], competences: Iterable[tuple[str, str]]) -> Found:
    """The code of each line that has none, or one that the référentiel does not have.

    `competences` are (code, label). A label matches whatever its case and accents; one borne twice,
    in the grid or in the référentiel, is left to a person (spec 06: never guessed).
    """
    known = list(competences)
    codes_of: dict[str, list[str]] = {}
    for code, label in known:
        codes_of.setdefault(folded(label), []).append(code)
    all_codes = {code for code, _ in known}
    right = {line.code for line in lines if line.code in all_codes}
    seen = Counter(folded(line.label) for line in lines)
    found: dict[int, str] = {}
    ambiguous, unknown = [], []
    for line in lines:
        if line.code in all_codes:
            continue
        candidates = [code for code in codes_of.get(folded(line.label), []) if code not in right]
        if not candidates:
            unknown.append(line.label)
        elif len(candidates) > 1 or seen[folded(line.label)] > 1:
            ambiguous.append(line.label)
        else:
            found[line.pk] = candidates[0]
    return Found(found, tuple(ambiguous), tuple(unknown))
