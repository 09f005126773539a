"""A record as cells that one reads and types: each leaf of the document by its place.

The keys name places (`2025.071100S.moyenne.1`): two records are compared key by key, and a form
gives back the texts of some of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lsl_xml import (
    NON_NOTE,
    Avis,
    AvisPfmp,
    ChefOeuvre,
    Eleve,
    Engagements,
    Enseignant,
    Evaluation,
    ParcoursDifferencie,
    Scolarite,
    Structure,
)

NON_NOTE_TEXT = "NN"
PERIODS = {"T": 3, "S": 2}
AVIS: dict[str, tuple[str, type[Avis | AvisPfmp | ParcoursDifferencie]]] = {
    "avis_engagement": ("Avis sur l’engagement", Avis),
    "avis_investissement": ("Avis sur l’investissement", Avis),
    "avis_chef_etab": ("Avis du chef d’établissement", Avis),
    "avis_pfmp": ("Synthèse des PFMP", AvisPfmp),
    "parcours_differencie": ("Parcours différencié", ParcoursDifferencie),
}
SHARES = {
    "repar_moins_huit": "Part des moyennes inférieures à 8 (%)",
    "repar_huit_douze": "Part de 8 à 12 (%)",
    "repar_plus_douze": "Part à partir de 12 (%)",
}
_YEAR = re.compile(r"[0-9]{4}\.")
_SUBJECT = re.compile(r"([0-9]{4})\.([0-9]{6})([OFS])\.")
_DEGREE = re.compile(_SUBJECT.pattern + r"degre\.([0-9]{4})")


@dataclass(frozen=True)
class Cell:
    """A leaf: its key, the heading it stands under, its label, its text, whether it is long."""

    key: str
    group: str
    label: str
    value: str
    long: bool = False


Offered = Mapping[tuple[int, str, str], Sequence[str]]
"""Codes of competence that a subject may hold, by (year, subject, modality)."""


def cells(eleve: Eleve, offered: Offered | None = None) -> tuple[Cell, ...]:
    """Every leaf of a record, those that are empty included."""
    found = [*_of_pupil(eleve)]
    for scolarite in sorted(eleve.scolarites, key=lambda one: -one.annee_scolaire):
        found += _of_year(scolarite, offered or {})
    return tuple(found)


def places(keys: Iterable[str]) -> tuple[Cell, ...]:
    """The empty cells that these keys name, where no record holds them any more."""
    wanted = set(keys)
    subjects = {found.groups() for key in wanted if (found := _SUBJECT.match(key))}
    years = {key[:4] for key in wanted if _YEAR.match(key)}
    of_year = {
        year: tuple(
            Evaluation(code, mode, Structure(), ())
            for own, code, mode in sorted(subjects)
            if own == year
        )
        for year in years
    }
    degrees = sorted({found.groups() for key in wanted if (found := _DEGREE.fullmatch(key))})
    offered = {
        (int(year), code, mode): [own[-1] for own in degrees if own[:3] == (year, code, mode)]
        for year, code, mode in subjects
    }
    bare = Eleve(1, tuple(Scolarite(int(year), "T", of_year[year]) for year in sorted(years)))
    return tuple(cell for cell in cells(bare, offered) if cell.key in wanted)


def labelled(found: Sequence[Cell], labels: Mapping[str, str]) -> tuple[Cell, ...]:
    """The same, each competence named after its code in the nomenclature."""
    return tuple(
        replace(cell, label=f"{code} {labels[code]}") if (code := code_of(cell)) in labels else cell
        for cell in found
    )


def code_of(cell: Cell) -> str:
    """The code of competence that a cell is about, empty for another one."""
    _, degree, code = cell.key.partition(".degre.")
    return code if degree else ""


def values(eleve: Eleve) -> dict[str, Cell]:
    """The leaves that hold something, by key."""
    return {cell.key: cell for cell in cells(eleve) if cell.value}


def _of_pupil(eleve: Eleve) -> Iterator[Cell]:
    group = "Élève"
    engagements = eleve.engagements or Engagements()
    codes = " ".join(engagements.engagement)
    yield Cell("engagements", group, "Engagements (codes C V A E S)", codes)
    other = engagements.engagement_autre or ""
    yield Cell("engagement_autre", group, "Autre engagement", other, long=True)
    exam = eleve.avis_examen.code if eleve.avis_examen else ""
    yield Cell("avis_examen", group, "Avis pour l’examen (code T F A D)", exam)


def _of_year(scolarite: Scolarite, offered: Offered) -> Iterator[Cell]:
    year = scolarite.annee_scolaire
    group = f"Année {year}-{year + 1}"
    for evaluation in scolarite.evaluations:
        subject = (year, evaluation.code_matiere, evaluation.modalite_election)
        yield from _of_evaluation(evaluation, scolarite, offered.get(subject, ()))
    for name, (label, _) in AVIS.items():
        yield from _of_avis(getattr(scolarite, name), f"{year}.{name}", f"{group}, {label}")
    yield from _of_work(scolarite.chef_oeuvre, f"{year}.chef_oeuvre", f"{group}, chef-d’œuvre")


def _of_evaluation(
    evaluation: Evaluation, scolarite: Scolarite, offered: Sequence[str]
) -> Iterator[Cell]:
    year, subject = scolarite.annee_scolaire, subject_key(evaluation)
    at, group = f"{year}.{subject}", f"Année {year}-{year + 1}, matière {evaluation.code_matiere}"
    averages = {one.numero: one.moyenne for one in evaluation.periodiques}
    for numero in range(1, max([PERIODS.get(scolarite.code_periode, 3), *averages]) + 1):
        text = _average_text(averages.get(numero))
        yield Cell(f"{at}.moyenne.{numero}", group, f"Moyenne, période {numero}", text)
    degrees = {one.code: one.niveau for one in evaluation.competences}
    for code in dict.fromkeys([*degrees, *offered]):
        yield Cell(f"{at}.degre.{code}", group, f"Compétence {code}", degrees.get(code, ""))
    yield Cell(f"{at}.annuelle", group, "Appréciation", evaluation.annuelle or "", long=True)
    yield _teachers_cell(evaluation.enseignants, at, group)
    structure = evaluation.structure
    count = "" if structure.effectif is None else str(structure.effectif)
    yield Cell(f"{at}.effectif", group, "Effectif du groupe", count)
    yield Cell(f"{at}.groupe", group, "Moyenne du groupe", _average_text(structure.moyenne))
    for name, label in SHARES.items():
        yield Cell(f"{at}.{name}", group, label, _decimal_text(getattr(structure, name)))


def subject_key(evaluation: Evaluation) -> str:
    return f"{evaluation.code_matiere}{evaluation.modalite_election}"


def _of_avis(
    avis: Avis | AvisPfmp | ParcoursDifferencie | None, at: str, group: str
) -> Iterator[Cell]:
    yield Cell(f"{at}.texte", group, "Texte", avis.texte if avis else "", long=True)
    yield Cell(f"{at}.nom", group, "Nom du signataire", avis.nom if avis else "")
    yield Cell(f"{at}.prenom", group, "Prénom du signataire", avis.prenom if avis else "")
    if at.endswith("avis_pfmp"):
        weeks = getattr(avis, "nb_semaines", None)
        yield Cell(f"{at}.semaines", group, "Semaines de PFMP", "" if weeks is None else str(weeks))
        abroad = getattr(avis, "partie_etranger", None)
        words = "" if abroad is None else ("oui" if abroad else "non")
        yield Cell(f"{at}.etranger", group, "Une partie à l’étranger (oui, non)", words)
    if at.endswith("parcours_differencie"):
        yield Cell(f"{at}.libelle", group, "Libellé", getattr(avis, "libelle", None) or "")


def _of_work(work: ChefOeuvre | None, at: str, group: str) -> Iterator[Cell]:
    yield Cell(f"{at}.note", group, "Note", _decimal_text(work.note if work else None))
    nature, text = (work and work.nature) or "", (work and work.annuelle) or ""
    yield Cell(f"{at}.nature", group, "Nature (chef-d-oeuvre, projet)", nature)
    yield Cell(f"{at}.annuelle", group, "Appréciation", text, long=True)
    yield _teachers_cell(work.enseignants if work else (), at, group)


def _teachers_cell(teachers: Sequence[Enseignant], at: str, group: str) -> Cell:
    lines = "\n".join(f"{one.nom}, {one.prenom}" for one in teachers)
    label = "Enseignants, un par ligne : NOM, Prénom"
    return Cell(f"{at}.enseignants", group, label, lines, long=True)


def _average_text(average: Decimal | None) -> str:
    return NON_NOTE_TEXT if average == NON_NOTE else _decimal_text(average)


def _decimal_text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}".replace(".", ",")
