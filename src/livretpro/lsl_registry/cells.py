"""A record as cells that one reads and types: each leaf of the document by its place.

The keys name places (`2025.071100S.moyenne.1`): two records are compared key by key, and a form
gives back the texts of some of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from livretpro.typed import BadValue, limited_text, number
from lsl_xml import (
    NON_NOTE,
    Avis,
    AvisExamen,
    AvisPfmp,
    ChefOeuvre,
    Competence,
    Eleve,
    Engagements,
    Enseignant,
    Evaluation,
    ParcoursDifferencie,
    Periode,
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
T = TypeVar("T")
_DEGREE = re.compile(r"[0-9]{4}\.[0-9]{6}[OFS]\.degre\.[0-9]{4}")
"""The key of a competence that the record may not hold yet."""
_KEPT = limited_text("Ce texte", 10_000)


@dataclass(frozen=True)
class Cell:
    """A leaf: its key, the heading it stands under, its label, its text, whether it is long."""

    key: str
    group: str
    label: str
    value: str
    long: bool = False


class BadCells(Exception):
    """Some of what was typed cannot be kept; `errors` says why, by key."""

    phrase = "Des valeurs ne peuvent pas être gardées : corrigez celles qui sont signalées."

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(len(errors))
        self.errors = dict(errors)


Offered = Mapping[tuple[int, str, str], Sequence[str]]
"""Codes of competence that a subject may hold, by (year, subject, modality)."""


def cells(eleve: Eleve, offered: Offered | None = None) -> tuple[Cell, ...]:
    """Every leaf of a record, those that are empty included."""
    found = [*_of_pupil(eleve)]
    for scolarite in sorted(eleve.scolarites, key=lambda one: -one.annee_scolaire):
        found += _of_year(scolarite, offered or {})
    return tuple(found)


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


def edited(eleve: Eleve, typed: Mapping[str, str]) -> Eleve:
    """The record with these texts in place; a key that is not typed keeps what it holds, one that
    no cell bears is no place: nothing goes there.

    Raises `BadCells`.
    """
    held = {cell.key: cell.value for cell in cells(eleve)}
    changed = {
        key: text
        for key, text in typed.items()
        if (key in held or _DEGREE.fullmatch(key)) and _clean(text) != _clean(held.get(key, ""))
    }
    typing = _Typing(held | changed, frozenset(changed))
    typing.refuse_what_no_file_keeps()
    made = replace(
        eleve,
        engagements=typing.engagements() if typing.touches("engagement") else eleve.engagements,
        avis_examen=typing.exam() if typing.touches("avis_examen") else eleve.avis_examen,
        scolarites=tuple(typing.year(one) for one in eleve.scolarites),
    )
    if typing.errors:
        raise BadCells(typing.errors)
    return made


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
    year, subject = scolarite.annee_scolaire, _subject(evaluation)
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
    yield Cell(f"{at}.groupe", group, "Moyenne du groupe", _decimal_text(structure.moyenne))
    for name, label in SHARES.items():
        yield Cell(f"{at}.{name}", group, label, _decimal_text(getattr(structure, name)))


def _subject(evaluation: Evaluation) -> str:
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


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@dataclass
class _Typing:
    """Texts by key, read back; a part that no changed key is of stays as it is. What cannot be read
    is told in `errors`."""

    texts: Mapping[str, str]
    changed: frozenset[str]
    errors: dict[str, str] = field(default_factory=dict)

    def refuse_what_no_file_keeps(self) -> None:
        """A character that XML cannot hold, a text longer than any."""
        for key in self.changed:
            try:
                _KEPT(self.texts[key])
            except BadValue as bad:
                self.errors[key] = bad.phrase
        if self.errors:
            raise BadCells(self.errors)

    def touches(self, start: str) -> bool:
        """Whether a key that begins so was changed."""
        return any(key.startswith(start) for key in self.changed)

    def engagements(self) -> Engagements | None:
        """Codes apart from each other, then the free text."""
        codes = tuple(self._text("engagements").upper().split())
        other = self._text("engagement_autre") or None
        return Engagements(codes, other) if codes or other else None

    def exam(self) -> AvisExamen | None:
        """One letter, or nothing."""
        code = self._text("avis_examen").upper()
        return AvisExamen(code) if code else None

    def year(self, scolarite: Scolarite) -> Scolarite:
        """Everything that is said of a year."""
        year = scolarite.annee_scolaire
        made: dict[str, Any] = {
            name: self._avis(kind, f"{year}.{name}")
            for name, (_, kind) in AVIS.items()
            if self.touches(f"{year}.{name}.")
        }
        if self.touches(work := f"{year}.chef_oeuvre"):
            made["chef_oeuvre"] = self._work(work, scolarite.chef_oeuvre)
        evaluations = tuple(self._evaluation(one, year) for one in scolarite.evaluations)
        return replace(scolarite, evaluations=evaluations, **made)

    def _evaluation(self, evaluation: Evaluation, year: int) -> Evaluation:
        at = f"{year}.{_subject(evaluation)}"
        if not self.touches(f"{at}."):
            return evaluation
        averages = ((n, self._read(key, _average)) for n, key in self._numbered(f"{at}.moyenne."))
        degrees = ((c, self._text(key).upper()) for c, key in self._numbered(f"{at}.degre."))
        shares: dict[str, Any] = {name: self._read(f"{at}.{name}", _decimal) for name in SHARES}
        return replace(
            evaluation,
            structure=Structure(
                effectif=self._read(f"{at}.effectif", _integer),
                moyenne=self._read(f"{at}.groupe", _decimal),
                **shares,
            ),
            annuelle=self._text(f"{at}.annuelle") or None,
            periodiques=tuple(Periode(int(n), m) for n, m in averages if m is not None),
            competences=tuple(Competence(code, niveau) for code, niveau in degrees if niveau),
            enseignants=self._teachers(at, evaluation.enseignants),
        )

    def _numbered(self, start: str) -> list[tuple[str, str]]:
        return [(key.removeprefix(start), key) for key in self.texts if key.startswith(start)]

    def _avis(
        self, kind: type[Avis | AvisPfmp | ParcoursDifferencie], at: str
    ) -> Avis | AvisPfmp | ParcoursDifferencie | None:
        parts = ("texte", "nom", "prenom")
        words: dict[str, Any] = {name: self._text(f"{at}.{name}") for name in parts}
        more: dict[str, Any] = {}
        if kind is AvisPfmp:
            more["nb_semaines"] = self._read(f"{at}.semaines", _integer)
            more["partie_etranger"] = self._read(f"{at}.etranger", _yes_or_no)
        if kind is ParcoursDifferencie:
            more["libelle"] = self._text(f"{at}.libelle") or None
        said = any(words.values()) or any(value is not None for value in more.values())
        return kind(**words, **more) if said else None

    def _work(self, at: str, held: ChefOeuvre | None) -> ChefOeuvre | None:
        work = ChefOeuvre(
            enseignants=self._teachers(at, held.enseignants if held else ()),
            note=self._read(f"{at}.note", _decimal),
            nature=self._text(f"{at}.nature") or None,
            annuelle=self._text(f"{at}.annuelle") or None,
        )
        return None if work == ChefOeuvre(()) else work

    def _teachers(self, at: str, held: tuple[Enseignant, ...]) -> tuple[Enseignant, ...]:
        if f"{at}.enseignants" not in self.changed:
            return held
        lines = filter(None, map(str.strip, self._text(f"{at}.enseignants").splitlines()))
        parts = (line.partition(",") for line in lines)
        return tuple(Enseignant(nom.strip(), prenom.strip()) for nom, _, prenom in parts)

    def _text(self, key: str) -> str:
        return _clean(self.texts.get(key, ""))

    def _read(self, key: str, parse: Callable[[str], T]) -> T | None:
        text = self._text(key)
        if not text:
            return None
        try:
            return parse(text)
        except BadValue as bad:
            self.errors[key] = bad.phrase
            return None


def _average(text: str) -> Decimal:
    return NON_NOTE if text.upper() == NON_NOTE_TEXT else _decimal(text)


def _decimal(text: str) -> Decimal:
    value = number(text)
    if value is None or value != round(value, 2) or value >= 10**6:
        raise BadValue(f"« {text[:20]} » n’est pas un nombre à deux décimales au plus.")
    return value


def _integer(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadValue(f"« {text[:20]} » n’est pas un nombre entier.")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in {"oui", "non"}:
        raise BadValue("Écrivez oui ou non.")
    return text.lower() == "oui"
