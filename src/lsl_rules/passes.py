"""A file in two streamed passes: everything that rejects it, then its pupils (spec 07, Import).

Memory does not grow with the number of pupils. The registry and the rehearsal of Suivi call the
same two functions, over a file of any size.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import lsl_xml
from lsl_rules.against import Judged, Outline, PupilJudge, judge_file, outline_of
from lsl_rules.check import breach_of, refusal_of
from lsl_rules.context import Context
from lsl_rules.findings import Finding
from lsl_xml import Header, Reason, SchemaFinding, Source, Summary, Unreadable


@dataclass(frozen=True, slots=True)
class Opened:
    """What the first pass says of a file.

    `refusals` not empty: nothing of it is read, and `outline` is None when its header or its pupils
    cannot be. `profile` is the version of the schema, empty when the header does not stand.
    """

    outline: Outline | None
    refusals: tuple[Finding, ...]
    profile: str


def open_file(source: Source, context: Context) -> Opened:
    """First pass: REJLSL_F01 and F02, then, of a valid file, F03 to F07.

    Never raises on what a file may hold; at most as many breaches of the schema as `lsl_xml` tells.
    """
    reading = _Reading()
    try:
        outline = reading.outline(source)
    except Unreadable as unreadable:
        return Opened(None, (refusal_of(unreadable),), reading.profile)
    if outline is None or reading.header is None:
        return Opened(None, tuple(map(breach_of, reading.breaches)), reading.profile)
    refusals = judge_file(outline, context, reading.header.lines)
    return Opened(outline, tuple(refusals), reading.profile)


def judged_pupils(source: Source, outline: Outline, context: Context) -> Iterator[Judged]:
    """Second pass: the pupils of a file that `open_file` did not refuse, in its order."""
    judge = PupilJudge(outline, context)
    for pupil in lsl_xml.iter_pupils(source):
        yield judge.judge(pupil.eleve, rank=pupil.rank, lines=pupil.lines)


def all_judged(source: bytes, outline: Outline, context: Context) -> tuple[Judged, ...]:
    """The second pass over a file small enough for its pupils to be held together."""
    return tuple(judged_pupils(source, outline, context))


@dataclass(slots=True)
class _Reading:
    """The header of a streamed file, and the breaches met."""

    header: Header | None = None
    breaches: list[SchemaFinding] = field(default_factory=list)

    @property
    def profile(self) -> str:
        return self.header.profile.value if self.header else ""

    def outline(self, source: Source) -> Outline | None:
        """Gather the outline; None when the file breaks the schema. Raises `Unreadable`."""
        source = lsl_xml.readings(source)
        parts = self._sound(lsl_xml.read_valid(source))
        first = next(parts, None)
        outline = None
        if isinstance(first, Header):
            self.header = first
            outline = outline_of(first.entete, _pupils(parts))
        else:
            deque(parts, maxlen=0)  # the breaches that follow are told too
        self.breaches.extend([] if self.breaches else lsl_xml.validate_around(source))
        if not self.breaches and not (outline and outline.total):
            raise Unreadable(Reason.CONTENT, "Le fichier n’a pas d’en-tête suivi d’élèves.")
        return None if self.breaches else outline

    def _sound(
        self, parts: Iterable[Header | Summary | SchemaFinding]
    ) -> Iterator[Header | Summary]:
        for part in parts:
            if not isinstance(part, SchemaFinding):
                yield part
                continue
            self.breaches.append(part)
            if len(self.breaches) >= lsl_xml.MAX_FINDINGS:
                return


def _pupils(parts: Iterable[Header | Summary]) -> Iterator[Summary]:
    for part in parts:
        if isinstance(part, Header):
            raise Unreadable(Reason.CONTENT, "Le fichier a plusieurs en-têtes.")
        yield part
