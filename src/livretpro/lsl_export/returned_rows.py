"""The pupils of a bilan of LSL as rows: whose they are, and which field each finding is about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.db.models import QuerySet

import lsl_rules
import lsl_xml
from livretpro.livrets.status import Colour
from livretpro.lsl_export.models import ExportedPupil, ExportVersion, Outcome, ReturnedPupil
from livretpro.lsl_export.repairs import masked
from livretpro.lsl_export.returned_places import field_of
from livretpro.referentiels.queries import NoNomenclature, lsl_codes, own_competences
from livretpro.schools.actors import Actor
from livretpro.schools.models import Student

MAX_FINDINGS = 100  # of a pupil, or of the file
MAX_TEXT = 400  # characters
OF_THE_FILE = "REJLSL_F"


@dataclass(frozen=True)
class Said:
    """A finding of a bilan, in its own words; `field` is the key of the field of the livret that it
    is about, empty when it is about none."""

    code: str
    label: str
    place: str = ""
    value: str = ""
    action: str = ""
    field: str = ""


Students = Mapping[tuple[str, object], Student]


def _students(pupils: Iterable[lsl_rules.ReturnedPupil], by: Actor) -> Students:
    """Pupils of the school by ELEVE_ID, and by INE for those that the bilan knows by it alone."""
    numbers = {pupil.eleve_id for pupil in pupils if pupil.eleve_id is not None}
    ines = {pupil.ine for pupil in pupils if pupil.eleve_id is None}
    own = Student.objects.filter(school=by.school)
    found = own.filter(siecle_id__in=numbers) | own.filter(ine__in=ines)
    by_number: dict[tuple[str, object], Student] = {("id", one.siecle_id): one for one in found}
    return by_number | {("ine", one.ine): one for one in found if one.ine}


def _student(pupil: lsl_rules.ReturnedPupil, students: Students, *, proved: bool) -> Student | None:
    """The pupil of the school; another INE is somebody else, unless the version is proved."""
    if pupil.eleve_id is None:
        return students.get(("ine", pupil.ine))
    found = students.get(("id", pupil.eleve_id))
    other = found and pupil.ine and found.ine and pupil.ine != found.ine
    return None if other and not proved else found


def rows_of(
    pupils: Collection[lsl_rules.ReturnedPupil], *, proved: bool, by: Actor
) -> list[ReturnedPupil]:
    """One row for each pupil, not saved; somebody who is twice in the bilan has what both lines
    say. One query.

    `proved`: the bilan is that of a version of here, beyond doubt.
    """
    students = _students(pupils, by)
    rows: dict[object, ReturnedPupil] = {}
    for pupil in pupils:
        student = _student(pupil, students, proved=proved)
        key = ("here", student.pk) if student else (pupil.eleve_id, pupil.ine)
        if key in rows:
            rows[key].findings = (rows[key].findings + said_in(pupil.findings))[:MAX_FINDINGS]
            continue
        rows[key] = ReturnedPupil(
            student=student,
            siecle_id=student.siecle_id if student else pupil.eleve_id,
            name="" if student else short(f"{pupil.last_name} {pupil.first_name}".strip(), 200),
            outcome=Outcome(pupil.status.value),
            findings=said_in(pupil.findings),
        )
    return list(rows.values())


def said_in(findings: Collection[lsl_rules.ReturnedFinding]) -> list[dict[str, str]]:
    """Findings as they are kept: bounded, the INE masked."""
    kept = list(findings)[:MAX_FINDINGS]
    return [asdict(_said(finding)) for finding in kept]


def _said(finding: lsl_rules.ReturnedFinding) -> Said:
    value = finding.value
    if finding.code == lsl_rules.Code.REJLSL_E03 and value:
        value = masked(value)
    return Said(
        code=short(finding.code, 40),
        label=short(finding.label or finding.phrase),
        place=short(finding.place),
        value=short(value),
        action=short(finding.action),
    )


def short(text: str, most: int = MAX_TEXT) -> str:
    """A text of the bilan, cut at `most` characters, that the database can hold."""
    clean = text.replace("\0", "")
    return clean if len(clean) <= most else f"{clean[: most - 1]}…"


def carried_by(version: ExportVersion, rows: Sequence[ReturnedPupil]) -> Sequence[ReturnedPupil]:
    """The rows, not saved: nobody of here, under the ELEVE_ID of somebody whom the version carried,
    is that pupil, whose INE LSL did not accept (REJLSL_E03). One query."""
    known = {row.student_id for row in rows}
    here = {
        one.student.siecle_id: one.student
        for one in _carried(version).exclude(student__in=known - {None})
    }
    for row in rows:
        if row.student is None and (student := here.pop(row.siecle_id or 0, None)):
            row.student, row.name = student, ""
    return rows


def about(
    version: ExportVersion, rows: Sequence[ReturnedPupil], of_file: Sequence[dict[str, str]]
) -> list[ReturnedPupil]:
    """The rows of a bilan whose version is known, not saved: each finding with its field.

    `of_file` are the findings of the file: one that was rejected whole has no pupil in its bilan,
    and everyone whom it carried is rejected. Three queries at most.
    """
    if not rows and any(one["code"].startswith(OF_THE_FILE) for one in of_file):
        carried = _carried(version)
        return [
            ReturnedPupil(
                student=one.student, siecle_id=one.student.siecle_id, outcome=Outcome.REJECTED
            )
            for one in carried.order_by("pk")
        ]
    fields = _Fields(version)
    return [
        ReturnedPupil(
            student=row.student,
            siecle_id=row.siecle_id,
            name=row.name,
            outcome=row.outcome,
            findings=[fields.placed(one, row.siecle_id) for one in row.findings],
        )
        for row in rows
    ]


def _carried(version: ExportVersion) -> QuerySet[ExportedPupil]:
    """Those whose livret the version carries."""
    colours = [colour.value for colour in Colour if colour.exportable]
    found = ExportedPupil.objects.filter(version=version, colour__in=colours)
    return found.select_related("student")


class _Fields:
    """The fields that the findings of a version may be about: the codes of LSL are those of the
    nomenclature for the MEF that the file gave."""

    def __init__(self, version: ExportVersion) -> None:
        self._year = version.school_year.year
        eleves = lsl_xml.read(bytes(version.content)).donnees
        self._mefs = {
            eleve.id: (scolarite.code_mef or "")[:10]
            for eleve in eleves
            for scolarite in eleve.scolarites
            if scolarite.annee_scolaire == self._year
        }
        self._codes = _codes(set(self._mefs.values()), self._year)
        uai = version.school_year.school.uai
        self._own = own_competences(uai, version.cfd)

    def placed(self, said: dict[str, str], siecle_id: int | None) -> dict[str, str]:
        """The same finding, with its field."""
        codes = self._codes.get(self._mefs.get(siecle_id or 0, ""), {})
        competences = {code: competence for competence, code in codes.items()} | self._own
        one = Said(**said)
        field = field_of(one.code, one.place, year=self._year, competences=competences)
        return asdict(replace(one, field=field))


def _codes(mefs: set[str], year: int) -> Mapping[str, Mapping[str, str]]:
    """By MEF; empty when there is no nomenclature any more."""
    subject, mode = settings.LSL_SUBJECT_CODE, settings.LSL_ELECTION_MODE
    try:
        return lsl_codes(mefs, year=year, subject=subject, mode=mode).by_mef
    except NoNomenclature:
        return {}
