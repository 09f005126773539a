"""From our words to those of the LSL file: the only place that knows both (spec 03)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

import lsl_xml
from livretpro.livrets.figures import GroupFigures
from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import Content, NotGraded, Project, Teacher, project_nature
from livretpro.referentiels.queries import Codes, wording


class NoCode(Exception):
    """The nomenclature in use has no code for a competence of a livret."""

    def __init__(self, mef: str, competence: str, nomenclature: str) -> None:
        self.phrase = (
            f"La nomenclature « {nomenclature} » n’a pas de code pour la compétence {competence} "
            f"du MEF {mef} : le fichier ne peut pas être fait."
        )
        super().__init__(self.phrase)


@dataclass(frozen=True)
class Yearly:
    """A pupil's livret of one school year, with the figures of its group and the codes in use."""

    year: int
    sheet: Sheet
    figures: GroupFigures | None
    codes: Codes


def document(uai: str, division: str, pupils: Iterable[Sequence[Yearly]]) -> lsl_xml.Document:
    """The document of a division: each pupil with one livret, or two (this year, then N-1).

    Raises `NoCode`. The pupils come in the order of the file.
    """
    entete = lsl_xml.Entete(
        editeur=settings.LSL_PUBLISHER,
        application=settings.LSL_APPLICATION,
        etablissement=uai,
        version=lsl_xml.WRITER_VERSION,
        division=division,
    )
    return lsl_xml.Document(entete, tuple(_eleve(yearly) for yearly in pupils))


def _eleve(yearly: Sequence[Yearly]) -> lsl_xml.Eleve:
    student = yearly[0].sheet.enrolment.student
    return lsl_xml.Eleve(
        id=student.siecle_id,
        ine=student.ine or None,
        scolarites=tuple(_scolarite(one) for one in yearly),
    )


def _scolarite(yearly: Yearly) -> lsl_xml.Scolarite:
    content = yearly.sheet.content
    return lsl_xml.Scolarite(
        annee_scolaire=yearly.year,
        code_periode=content.kind.value if content.kind else "",
        code_mef=_mef(yearly.sheet),
        avis_pfmp=_avis_pfmp(content),
        chef_oeuvre=_chef_oeuvre(yearly),
        evaluations=(_evaluation(yearly),),
    )


def _mef(sheet: Sheet) -> str:
    """The MEF as SIECLE gave it, on eleven characters."""
    given = sheet.enrolment.mef_given
    return given if len(given) == 11 else f"{sheet.enrolment.mef}0"


def _avis_pfmp(content: Content) -> lsl_xml.AvisPfmp | None:
    pfmp = content.pfmp
    if not pfmp.exported:
        return None
    return lsl_xml.AvisPfmp(
        texte=pfmp.synthesis,
        nom=pfmp.teacher.last_name,
        prenom=pfmp.teacher.first_name,
        nb_semaines=pfmp.weeks,
        partie_etranger=pfmp.abroad,
    )


def project_in_file(project: Project) -> bool:
    """In the file when it has a mark or an appreciation, and a teacher (spec 02, Fields)."""
    said = project.mark is not None or bool(project.appreciation)
    return said and any(teacher.complete for teacher in project.teachers.values())


def _chef_oeuvre(yearly: Yearly) -> lsl_xml.ChefOeuvre | None:
    project = yearly.sheet.content.project
    if not yearly.sheet.project_open or not project_in_file(project):
        return None
    return lsl_xml.ChefOeuvre(
        note=project.mark,
        nature=project_nature(yearly.year),
        annuelle=project.appreciation or None,
        enseignants=_enseignants(project.teachers),
    )


def _evaluation(yearly: Yearly) -> lsl_xml.Evaluation:
    content = yearly.sheet.content
    return lsl_xml.Evaluation(
        code_matiere=settings.LSL_SUBJECT_CODE,
        modalite_election=settings.LSL_ELECTION_MODE,
        structure=_structure(yearly.figures),
        annuelle=content.appreciation or None,
        periodiques=tuple(
            lsl_xml.Periode(numero, _moyenne(value))
            for numero, value in sorted(content.averages.items())
        ),
        competences=_competences(yearly),
        enseignants=_enseignants(content.teachers),
    )


def _moyenne(value: Decimal | NotGraded) -> Decimal:
    return lsl_xml.NON_NOTE if isinstance(value, NotGraded) else value


def _structure(figures: GroupFigures | None) -> lsl_xml.Structure:
    if figures is None:
        return lsl_xml.Structure()
    return lsl_xml.Structure(
        effectif=figures.count,
        moyenne=figures.average,
        repar_moins_huit=figures.below_8,
        repar_huit_douze=figures.from_8_to_12,
        repar_plus_douze=figures.from_12,
    )


def _competences(yearly: Yearly) -> tuple[lsl_xml.Competence, ...]:
    """One line per expected competence that has a degree, in the order of the référentiel."""
    content, mef, codes = yearly.sheet.content, yearly.sheet.enrolment.mef, _codes(yearly)
    degrees = [
        (e.code, content.degrees[e.code]) for e in content.expected if e.code in content.degrees
    ]
    for competence, _ in degrees:
        if competence not in codes:
            raise NoCode(mef, competence, yearly.codes.name)
    return tuple(lsl_xml.Competence(codes[code], str(value)) for code, value in degrees)


def _codes(yearly: Yearly) -> Mapping[str, str]:
    """The codes of the nomenclature; before them, in a school's own version, those of the wordings
    that are not the nomenclature's."""
    sheet, mef = yearly.sheet, yearly.sheet.enrolment.mef
    official = yearly.codes.by_mef.get(mef, {})
    if not (sheet.referentiel and sheet.referentiel.is_own):
        return official
    labels = yearly.codes.labels.get(mef, {})
    own = yearly.codes.own.get(sheet.referentiel.cfd, {})
    words = {one.code: wording(one.code, one.label) for one in sheet.content.expected}
    return official | {
        code: own[said] for code, said in words.items() if said in own and labels.get(code) != said
    }


def _enseignants(teachers: Mapping[int, Teacher]) -> tuple[lsl_xml.Enseignant, ...]:
    """Complete lines, in order, each person once."""
    complete = [t for _, t in sorted(teachers.items()) if t.complete]
    return tuple(
        lsl_xml.Enseignant(nom=t.last_name, prenom=t.first_name) for t in dict.fromkeys(complete)
    )
