"""What the printed livret says, as the plain texts its template lays out; no query, no clock."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from livretpro.livrets.fields import shown
from livretpro.livrets.figures import rounded
from livretpro.livrets.groups import TeachingGroup
from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import NOT_GRADED, Content, Pfmp, Teacher, project_label
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.rules import Level
from livretpro.schools.models import School, SchoolYear

Texts = dict[str, object]

PFMP_SPANS = {
    Level.PREMIERE: "les PFMP de Seconde et de la 1re période de Première",
    Level.TERMINALE: "les PFMP suivantes, jusqu’à la fin de la Terminale",
}
PFMP_OUTLINE = (
    "activités et tâches professionnelles confiées ; évaluation des compétences professionnelles "
    "(connaissances et aptitudes professionnelles, intérêt porté au travail, capacité "
    "d’organisation, respect des consignes…) ; évaluation des compétences sociales (ponctualité, "
    "intégration dans l’entreprise et l’équipe, maîtrise des règles du groupe, aptitude "
    "relationnelle…)."
)


def document(
    printed: Iterable[tuple[Sheet, TeachingGroup]],
    title: str,
    school: School,
    year: SchoolYear,
    diploma: Diploma,
    *,
    on: date,
) -> Texts:
    """All that `model/livret.typ` reads; printed `on` this day."""
    return {
        "title": f"{title}, {year}",
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "printed": f"{on:%d/%m/%Y}",
        "school": school.name,
        "uai": school.uai,
        "year": str(year),
        "diploma": str(diploma),
        "livrets": [_livret(sheet, _group(group), year) for sheet, group in printed],
    }


def _livret(sheet: Sheet, group: Texts, year: SchoolYear) -> Texts:
    content, pupil = sheet.content, sheet.enrolment
    born = pupil.student.birth_date
    return {
        "pupil": str(pupil.student),
        "born": f"{born:%d/%m/%Y}" if born else "",
        "division": pupil.division.code if pupil.division else "",
        "level": content.level.title,
        "periods": _periods(content),
        "annual": "" if sheet.annual is None else shown(rounded(sheet.annual)),
        "group": group,
        "competences": [
            {"code": one.code, "label": one.label, "degree": content.degrees.get(one.code)}
            for one in content.expected
        ],
        "appreciation": content.appreciation,
        "teachers": _names(content.teachers.values()),
        "pfmp": _pfmp(content.pfmp, content.level),
        "project": _project(content, year) if sheet.project_open else None,
    }


def _periods(content: Content) -> list[Mapping[str, str]]:
    """One line a period: trimestres or semestres."""
    kind = content.kind
    if kind is None:
        return []
    return [
        {
            "name": f"{number}{'er' if number == 1 else 'e'} {kind.word}",
            "average": _average(content, number),
        }
        for number in range(1, kind.count + 1)
    ]


def _average(content: Content, number: int) -> str:
    value = content.averages.get(number)
    return "non noté" if value is NOT_GRADED else shown(value)


def _group(group: TeachingGroup) -> Texts:
    """The figures of a group, empty while nobody has an average."""
    found = group.figures
    values: Mapping[str, Decimal | None] = {
        name: getattr(found, name, None)
        for name in ("average", "below_8", "from_8_to_12", "from_12")
    }
    of = f"{found.count if found else 0} sur {group.headcount}"
    shares = {name: shown(value) for name, value in values.items()}
    return {"name": group.name, "count": of, **shares}


def _pfmp(pfmp: Pfmp, level: Level) -> Texts:
    return {
        "title": f"Périodes de formation en milieu professionnel (PFMP), classe de {level.label}",
        "guide": f"Synthèse, par le référent ou le professeur principal de {level.title}, sur la "
        f"nature et le travail fournis pendant {PFMP_SPANS[level]} : {PFMP_OUTLINE}",
        "synthesis": pfmp.synthesis,
        "facts": _facts(pfmp),
        "teachers": _names([pfmp.teacher]),
    }


def _facts(pfmp: Pfmp) -> str:
    weeks = f"Semaines de PFMP sur tout le cycle : {pfmp.weeks}." if pfmp.weeks else ""
    abroad = "" if pfmp.abroad is None else f"En partie à l’étranger : {shown(pfmp.abroad)}."
    return " ".join(filter(None, (weeks, abroad)))


def _project(content: Content, year: SchoolYear) -> Texts:
    project = content.project
    return {
        "title": project_label(year.year),
        "mark": shown(project.mark),
        "appreciation": project.appreciation,
        "teachers": _names(project.teachers.values()),
    }


def _names(teachers: Iterable[Teacher]) -> list[str]:
    """The names in their order; one empty line when there is none, for a name written by hand."""
    return [f"{one.last_name} {one.first_name}".strip() for one in teachers] or [""]
