"""What printed bulletins say, as plain texts for their template; no query, no clock."""

from collections.abc import Iterable
from datetime import date

from livretpro.bulletins.competences import Evaluated
from livretpro.bulletins.models import Mockup
from livretpro.bulletins.queries.contents import BulletinContent, DivisionBulletins
from livretpro.bulletins.showing import ShownLine, shown_bulletin
from livretpro.bulletins.words import DEGREE_LABELS
from livretpro.schools.models import School

Texts = dict[str, object]


def document(
    of: DivisionBulletins,
    contents: Iterable[BulletinContent],
    title: str,
    *,
    school: School,
    on: date,
) -> Texts:
    """All that `model/bulletin.typ` reads; printed `on` this day."""
    mockup, year = of.mockup, of.division.school_year
    return {
        "title": f"{title}, {of.period}, {year}",
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "printed": f"{on:%d/%m/%Y}",
        "heading": mockup.title,
        "school": school.name,
        "uai": school.uai,
        "year": str(year),
        "division": of.division.code,
        "period": f"{of.period}, du {of.period.start:%d/%m/%Y} au {of.period.end:%d/%m/%Y}",
        "principals": ", ".join(of.principals) if mockup.shows_principal_teachers else "",
        "headcount": str(of.headcount) if mockup.shows_headcount else "",
        "columns": columns(mockup),
        "shows": {
            "appraisals": mockup.shows_appraisals,
            "general_appraisal": mockup.shows_general_appraisal,
            "signature": mockup.shows_signature,
        },
        "legend": _legend() if mockup.shows_competences and mockup.shows_degree_legend else "",
        "footer": mockup.footer,
        "bulletins": [_bulletin(content, of) for content in contents],
    }


def columns(mockup: Mockup) -> list[list[str]]:
    """The figures of a line: the name of each in `ShownLine`, its heading."""
    pupil = mockup.shows_average or mockup.shows_teacher_grade
    asked = [
        (mockup.shows_coefficients, "coefficient", "Coef."),
        (pupil, "value", "Note"),
        (mockup.shows_group_average, "group", "Groupe"),
        (mockup.shows_extremes, "lowest", "Min."),
        (mockup.shows_extremes, "highest", "Max."),
    ]
    return [[name, heading] for shows, name, heading in asked if shows]


def _legend() -> str:
    return ", ".join(f"{degree} {label}" for degree, label in DEGREE_LABELS.items())


def _bulletin(content: BulletinContent, of: DivisionBulletins) -> Texts:
    shown = shown_bulletin(content, of)
    return {
        "pupil": shown.pupil,
        "born": shown.born,
        "lines": [
            row
            for line in shown.lines
            for row in (_line(line), *(_line(one, under=True) for one in line.below))
        ],
        "general_average": shown.general_average,
        "general_appraisal": shown.general_appraisal,
    }


def _line(line: ShownLine, *, under: bool = False) -> Texts:
    return {
        "name": line.name,
        "under": under,
        "teachers": line.teachers,
        "coefficient": line.coefficient,
        "value": line.value,
        "beside": line.beside,
        "group": line.group,
        "lowest": line.lowest,
        "highest": line.highest,
        "appraisal": line.appraisal,
        "competences": [_competence(row) for row in line.competences],
    }


def _competence(row: Evaluated) -> Texts:
    return {
        "label": row.label,
        "degree": row.words,
        "heads": row.heads,
        "under": row.under,
    }
