"""A school ready for an import, and the small CPRO that answers it over HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

import bulletin_factories as made
import factories
from livretpro.bulletins import jobs
from livretpro.bulletins.batches import Asked, start_import
from livretpro.bulletins.keyring import hidden
from livretpro.bulletins.models import (
    Appraisal,
    CproConnection,
    Degree,
    ImportBatch,
    ImportLine,
    Service,
    TeacherGrade,
)
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.models import Division, SchoolYear
from partner_server import CLIENT, DIVISIONS, SCHOOL, SECRET, Reply, Suivi

YEAR_TOLD = f"{factories.YEAR}-{factories.YEAR + 1}"


@dataclass(frozen=True)
class Ready:
    """The school, who acts in it, and its CPRO."""

    year: SchoolYear
    by: Actor
    cpro: Suivi


def school(cpro: Suivi) -> Ready:
    """A school with its first trimester, the frame of its sector (C1, C2) and its connection."""
    year = factories.school_year()
    CproConnection.objects.create(
        school=year.school,
        base_url=cpro.url,
        client_id=CLIENT,
        secret=hidden(SECRET),
        changed_at=made.NOW,
    )
    made.frame("C1", "C2")
    made.period()
    cpro.says(SCHOOL, {"uai": year.school.uai, "nom": "Lycée", "annee": YEAR_TOLD})
    cpro.says(DIVISIONS, {"divisions": [], "page": 1, "pages": 1})
    return Ready(year, command_line(year.school), cpro)


def division(ready: Ready, code: str = "1MELEC", *ids: int, **says: Any) -> Division:
    """A division ready to be imported, its pupils, and what CPRO says of them."""
    place = factories.division(code)
    made.sector_of(place)
    made.service(into=place)
    made.assigned(place, made.period())
    for number in ids or (1001,):
        factories.enrolment(factories.student(number, last_name=f"ELEVE{number}"), into=place)
    known = ready.cpro.replies[DIVISIONS][0].content["divisions"]
    known.append(division_told(code, **says))
    sends(ready, code, [pupil_told(number) for number in ids or (1001,)])
    return place


def division_told(
    code: str, *, published: bool = True, kind: str | None = "T", periods: bool = True
) -> dict[str, Any]:
    """A division as CPRO tells it: its first trimester, published."""
    start, end = made.TRIMESTERS[1]
    first = {
        "numero": 1,
        "debut": start.isoformat(),
        "fin": end.isoformat(),
        "publiee_le": "2025-11-20T10:00:00+01:00" if published else None,
    }
    return {
        "code": code,
        "libelle": code,
        "diplomes": [
            {
                "cfd": factories.CFD,
                "mefs": [factories.MEF_PREMIERE],
                "niveau": "premiere",
                "periodicite": kind,
                "competences": ["C1", "C2"],
            }
        ],
        "periodes": [first] if periods else [],
    }


def follows(ready: Ready, code: str, *cfds: str) -> None:
    """The diplomas of a division, as CPRO tells them."""
    told = ready.cpro.replies[DIVISIONS][0].content["divisions"]
    (own,) = [one for one in told if one["code"] == code]
    own["diplomes"] = [own["diplomes"][0] | {"cfd": cfd} for cfd in cfds]


def pupil_told(
    number: int,
    *,
    average: str | None = "12.50",
    appraisal: str = "De bons progrès.",
    degrees: dict[str, int] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A pupil's bilan as CPRO tells it."""
    return {
        "eleve_id": str(number),
        "ine": None,
        "nom": f"ELEVE{number}",
        "prenom": "Léa",
        "cfd": factories.CFD,
        "moyenne": average,
        "non_note": False,
        "appreciation": appraisal,
        "enseignants": [{"nom": "DURAND", "prenom": "Anne"}],
        "degres": [
            {"code": code, "degre": degree}
            for code, degree in (degrees if degrees is not None else {"C1": 3, "C2": 2}).items()
        ],
        "modifie_le": "2025-11-20T10:00:00+01:00",
    } | more


def sends(ready: Ready, code: str, pupils: Iterable[dict[str, Any]]) -> None:
    """What CPRO sends of a division for the first period."""
    content = {
        "division": code,
        "numero": 1,
        "publiee_le": "2025-11-20T10:00:00+01:00",
        "eleves": list(pupils),
        "page": 1,
        "pages": 1,
    }
    ready.cpro.says(f"{DIVISIONS}/{code}/periodes/1", content)


def fails(ready: Ready, code: str, reply: Reply) -> None:
    """What CPRO answers instead for a division."""
    ready.cpro.says(f"{DIVISIONS}/{code}/periodes/1", reply)


def imported(
    ready: Ready, *divisions: Division, dry_run: bool = False, replaces: bool = False
) -> ImportBatch:
    """Import these divisions, here and now."""
    asked = Asked(1, dry_run=dry_run, replaces=replaces)
    batch = start_import(ready.year, divisions, asked, by=ready.by, defer=False)
    jobs.run_import(batch.pk, on=timezone.localdate())
    batch.refresh_from_db()
    return batch


def line_of(batch: ImportBatch, place: Division) -> ImportLine:
    """What became of a division."""
    return batch.lines.get(division=place)


Values = dict[tuple[int, str], object]


def values(service: Service) -> Values:
    """All that stands in a service, by pupil's number and what it is."""
    found: Values = {}
    for grade in TeacherGrade.objects.filter(service=service).select_related("student"):
        found[grade.student.siecle_id, "note"] = str(grade.value)
    for degree in Degree.objects.filter(service=service).select_related("student", "item"):
        found[degree.student.siecle_id, degree.item.cpro_code] = degree.value
    for text in Appraisal.objects.filter(service=service).select_related("student"):
        found[text.student.siecle_id, "texte"] = text.text
    return found
