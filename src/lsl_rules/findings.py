"""What a check says of a file: findings, and the spot of the file they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lsl_rules.codes import Code, Severity

_LONGEST = 200  # characters of a value, of a sentence about it, of a place


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing LSL would not take, or would tell.

    `line` counts from 1 in the file, None when there is no file yet; `eleve_id` is the pupil's
    `@id`, None at file level; `place` says where in French and `value` is the value received, both
    empty when the finding has none; `phrase` is the whole French sentence that holds all this;
    `path` is the place among the elements, as `lsl_xml.Lines` names them, empty when not known.
    """

    code: Code
    severity: Severity
    line: int | None
    eleve_id: int | None
    phrase: str
    place: str = ""
    value: str = ""
    path: str = ""

    @property
    def fault(self) -> str:
        """The end of the sentence, for who shows pupil and place beside it."""
        start = _start(self.eleve_id, self.place)
        return self.phrase[len(start) :].lstrip(" :") if start else self.phrase


MAX_OF_A_PUPIL = 1_000
"""Faults told of one pupil: more than an honest file can hold of a class."""


@dataclass(slots=True)
class Sieve:
    """Gathers the faults of what goes through it, and says whether each part may stay."""

    findings: list[Finding] = field(default_factory=list)

    def passes(self, faults: Iterable[Finding]) -> bool:
        """Whether there is no fault; those there are, are kept to be told."""
        sound = True
        for fault in faults:
            sound = False
            if len(self.findings) >= MAX_OF_A_PUPIL:
                break
            self.findings.append(fault)
        return sound


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the document: its path among the elements, its French words, its pupil."""

    lines: Mapping[str, int]
    path: str = ""
    words: tuple[str, ...] = ()
    eleve_id: int | None = None

    def at(self, step: str, *words: str) -> "Spot":
        """Go down to a child: `step` as in `periodiques[1]/periode[2]`, its words if it has any."""
        path = f"{self.path}/{step}" if self.path else step
        return Spot(self.lines, path, self.words + words, self.eleve_id)

    def finding(self, code: Code, fault: str, *, value: object = "") -> Finding:
        """State a fault here; `fault` is the end of the sentence, without capital nor full stop."""
        place = ", ".join(map(_short, self.words))
        return Finding(
            code=code,
            severity=code.severity,
            line=self.lines.get(self.path),
            eleve_id=self.eleve_id,
            phrase=f"{_start(self.eleve_id, place)} : {_short(fault)}.",
            place=place,
            value=_short(str(value)),
            path=self.path,
        )


def _start(eleve_id: int | None, place: str) -> str:
    """The pupil and the place, with a capital; empty when there is neither."""
    pupil = "" if eleve_id is None else f"élève {eleve_id}"
    start = ", ".join(filter(None, (pupil, place)))
    return f"{start[:1].upper()}{start[1:]}"


def _short(text: str) -> str:
    """Cut what a hostile file may have made endless; no honest value comes near the limit."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
