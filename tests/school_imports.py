"""Imports of invented SIECLE and STS files into the school of the tests, in few words."""

from collections.abc import Collection, Sequence
from datetime import date

import factories
from livretpro.journal.models import Entry
from livretpro.schools.importing import Report, Section, apply_import
from livretpro.schools.models import Enrolment, GroupMember
from siecle_files import EleveXml, eleve, eleves_xml

TODAY = date(2025, 9, 20)
FIRST_DAY = date(2025, 9, 1)
LAST_DAY = date(2026, 8, 31)
EXPORT_DAY = date(2025, 9, 15)
LATER = "03/11/2025"
LATER_DAY = date(2025, 11, 3)
PREMIERE = "24725520320"
TERMINALE = "24725520330"


def of(number: int, *, division: str = "1MELEC", **champs: str | None) -> EleveXml:
    """A pupil of the file in one division ("" for none), première of MELEC by default."""
    divisions = [division] if division else []
    return eleve(number, **{"divisions": divisions, "CODE_MEF": PREMIERE, **champs})


def many(count: int, *, start: int = 1, **champs: str | None) -> list[EleveXml]:
    """Pupils of different names."""
    numbers = range(start, start + count)
    return [of(number, NOM_DE_FAMILLE=f"NOM{number}", **champs) for number in numbers]


def pupils(*eleves: EleveXml, date_export: str = "15/09/2025", annee: int = 2025) -> bytes:
    """ElevesSansAdresses.xml."""
    return eleves_xml(eleves=eleves, date_export=date_export, annee=annee)


def attempt(
    *files: bytes,
    on: date = TODAY,
    nouvelle_annee: bool = False,
    confirmer_departs: bool = False,
    same_person: Collection[int] = (),
    same_staff: Collection[str] = (),
) -> Report:
    """Apply the files as the head of the school."""
    return apply_import(
        factories.school(current_year=None),
        files,
        by=factories.actor(),
        on=on,
        nouvelle_annee=nouvelle_annee,
        confirmer_departs=confirmer_departs,
        same_person=same_person,
        same_staff=same_staff,
    )


def imported(
    *files: bytes,
    on: date = TODAY,
    same_person: Collection[int] = (),
    same_staff: Collection[str] = (),
) -> Report:
    """Apply the files, whatever there is to confirm; they must be taken."""
    report = attempt(
        *files,
        on=on,
        nouvelle_annee=True,
        confirmer_departs=True,
        same_person=same_person,
        same_staff=same_staff,
    )
    assert report.refus is None
    return report


def counts(section: Section) -> tuple[int, int, int, int]:
    """Added, changed, gone, unchanged."""
    return (section.ajoutes, section.modifies, section.partis, section.inchanges)


def codes(report: Report) -> list[str]:
    """Codes of the warnings; those of divisions that Structures.xml does not know left out."""
    return [a.code for a in report.avertissements if a.code != "division_inconnue"]


def stays(number: int) -> Sequence[tuple[str, str, str, date, date | None]]:
    """Enrolments of a pupil, oldest first: division, status, MEF, from, to."""
    return [
        (e.division.code if e.division else "", e.status, e.mef, e.start, e.end)
        for e in Enrolment.objects.filter(student__siecle_id=number).order_by("pk")
    ]


def groups_of(number: int) -> list[str]:
    """Codes of the groups of a pupil."""
    rows = GroupMember.objects.filter(student__siecle_id=number).order_by("group__code")
    return list(rows.values_list("group__code", flat=True))


def journal(kind: str) -> list[tuple[str, str, str, str, str]]:
    """Entries about a kind of object, oldest first: action, key, field, before, after."""
    rows = Entry.objects.filter(kind=kind).select_related("values_kept").order_by("pk")
    return [(e.action, e.key, e.field, e.values_kept.before, e.values_kept.after) for e in rows]
