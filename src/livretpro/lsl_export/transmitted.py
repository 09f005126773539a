"""« Déjà transmis, absent de ce fichier »: what earlier files of the year carried and the next does
not. A new import erases nothing in LSL (first seed, Export): it all still stands there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from livretpro.livrets.status import Colour
from livretpro.lsl_export.candidates import Candidate
from livretpro.lsl_export.changes import (
    GROUP_FIGURES,
    IDENTITY,
    Difference,
    Place,
    PupilChanges,
    by_pupil,
    lsl_codes_of,
    said_in,
)
from livretpro.lsl_export.models import ExportedPupil, ExportVersion
from livretpro.referentiels.queries import lsl_code_labels
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment
from livretpro.schools.queries import pupil_names
from livretpro.schools.rules import APPRENTICE_STATUS, SCHOOL_STATUS
from livretpro.schools.stays import Stay, last_stays

Said = dict[Place, tuple[str, int]]
"""What LSL was told: the text, and the number of the last version that said it."""


@dataclass(frozen=True)
class Lost:
    """A pupil of whom an earlier file said what the next does not.

    `fields` in words; `last` is the number of the last version that said one of them; `why` the
    whole livret is absent, when it is.
    """

    name: str
    fields: tuple[str, ...]
    last: int
    why: str = ""


def lost(earlier: Collection[ExportVersion], made: Candidate, *, by: Actor) -> tuple[Lost, ...]:
    """What LSL received and keeps, although this file does not say it, pupil by pupil.

    One query for the bytes of the versions; two more, three with competences, and one for the
    pupils who are no longer in the division.
    """
    if all(version.sha256 == made.sha256 for version in earlier):
        return ()
    said = told_by(_files(earlier))
    absent = absences(said, made.content)
    if not absent:
        return ()
    codes = lsl_codes_of(absent)
    told = by_pupil(
        absent,
        pupil_names(by.school, {d.eleve_id for d in absent}),
        lsl_code_labels(codes, own_of=by.school.uai) if codes else {},
        year=made.prepared.year.year,
    )
    reasons = _reasons([p.eleve_id for p in told if p.goes_out], made, by=by)
    last = _last(absent, said)
    return tuple(
        _lost(p, last[p.eleve_id], reasons.get(p.eleve_id) or _why_without_former(p, made))
        for p in told
    )


def _why_without_former(pupil: PupilChanges, made: Candidate) -> str:
    """Why last year's livret alone is not in the file; empty when something else lacks too."""
    year = made.prepared.year.year
    if any(d.annee_scolaire == year for d in pupil.differences):
        return ""
    if not made.options.with_previous_year:
        return "sans le livret de première"
    red = {sheet.enrolment.student.siecle_id for sheet in made.former_left_out}
    return "son livret de première est rouge" if pupil.eleve_id in red else ""


def told_by(files: Iterable[tuple[int, bytes]]) -> Said:
    """What these files said, by number of version: the newer text replaces the older one."""
    return {place: (text, n) for n, content in sorted(files) for place, text in _told(content)}


def absences(said: Said, content: bytes) -> tuple[Difference, ...]:
    """What was said and this file does not say."""
    now = dict(_told(content))
    return tuple(
        Difference(*place, text, "") for place, (text, _) in said.items() if place not in now
    )


def _told(content: bytes) -> Iterable[tuple[Place, str]]:
    left_aside = {*GROUP_FIGURES, *IDENTITY}
    return ((place, text) for place, text in said_in(content).items() if place[2] not in left_aside)


def _files(versions: Collection[ExportVersion]) -> list[tuple[int, bytes]]:
    rows = ExportVersion.objects.filter(pk__in=[v.pk for v in versions])
    return [(number, bytes(content)) for number, content in rows.values_list("number", "content")]


def _last(absent: Iterable[Difference], said: Said) -> dict[int, int]:
    last: dict[int, int] = {}
    for d in absent:
        _, number = said[d.eleve_id, d.annee_scolaire, d.field]
        last[d.eleve_id] = max(number, last.get(d.eleve_id, 0))
    return last


def _lost(pupil: PupilChanges, last: int, why: str) -> Lost:
    return Lost(pupil.name, tuple(d.field for d in pupil.differences), last, why)


def _reasons(gone: Sequence[int], made: Candidate, *, by: Actor) -> dict[int, str]:
    """Why these pupils are not in the file at all."""
    prepared = made.prepared
    red = {s.enrolment.student.siecle_id for s in prepared.left_out}
    elsewhere = [pupil for pupil in gone if pupil not in red]
    stays = last_stays(by, prepared.year, elsewhere) if elsewhere else {}
    found = {pupil: why_absent(stays.get(pupil), prepared.diploma.cfd) for pupil in elsewhere}
    return found | dict.fromkeys(red, "son livret est rouge")


def why_absent(stay: Stay | None, cfd: str) -> str:
    """Why a pupil who is not red is not in the file of a division at this diploma."""
    if stay is None:
        return "n’a plus cet identifiant SIECLE"
    if not stay.stands:
        return f"parti le {stay.enrolment.end:%d/%m/%Y}"
    return _why_elsewhere(stay.enrolment, cfd)


def _why_elsewhere(now: Enrolment, cfd: str) -> str:
    if now.status == APPRENTICE_STATUS:
        return f"apprenti depuis le {now.start:%d/%m/%Y}"
    if now.status != SCHOOL_STATUS:
        return "n’est plus sous statut scolaire"
    if now.cfd != cfd:
        return "prépare un autre diplôme"
    if not now.has_livret:
        return "n’a plus de livret"
    return f"en {now.division} depuis le {now.start:%d/%m/%Y}"


def pupils_sent(
    held: Mapping[int, Sequence[ExportVersion]],
) -> dict[int, set[int]]:
    """The pupils (keys) that the files of each division carried: one query, none without file.

    `held`: the versions by division.
    """
    division_of = {version.pk: key for key, versions in held.items() for version in versions}
    sent: dict[int, set[int]] = {}
    if not division_of:
        return sent
    exported = [colour.value for colour in Colour if colour.exportable]
    rows = ExportedPupil.objects.filter(version__in=division_of, colour__in=exported)
    for version, student in rows.values_list("version_id", "student_id"):
        sent.setdefault(division_of[version], set()).add(student)
    return sent
