"""Two versions compared pupil by pupil, field by field, from the bytes kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import lsl_xml
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.wording import value_words

Place = tuple[int, int, str]  # pupil, school year, field in French
PRESENCE = "Livret"
COMPETENCE = "Compétence "
GROUP_FIGURES = (
    "Effectif du groupe",
    "Moyenne du groupe",
    "Groupe : moyennes sous 8",
    "Groupe : moyennes de 8 à 12",
    "Groupe : moyennes de 12 et plus",
)
IDENTITY = ("INE", "MEF")
"""Who the pupil is: a change is told, not that a profile has no place for it."""

_PERIODS = {kind.value: kind.plural for kind in PeriodKind}
_NATURES = {"chef-d-oeuvre": "chef-d’œuvre"}


@dataclass(frozen=True)
class Difference:
    """A field of a pupil's year that two files do not say alike; an empty text: not said."""

    eleve_id: int
    annee_scolaire: int
    field: str
    before: str
    after: str


def differences(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """What changes from a file to the next, in the order of the pupils of the newer one."""
    old, new = said_in(before), said_in(after)
    places = [*new, *(place for place in old if place not in new)]
    found = (Difference(*place, old.get(place, ""), new.get(place, "")) for place in places)
    return tuple(d for d in found if d.before != d.after and _is_told(d))


def _is_told(difference: Difference) -> bool:
    both = bool(difference.before and difference.after)
    return both or difference.field not in IDENTITY


def said_in(content: bytes) -> dict[Place, str]:
    """What a file says of each pupil's year, field by field, in words."""
    return _flat(lsl_xml.read(content))


def pupils_changed(found: Iterable[Difference]) -> int:
    """How many pupils' livrets differ; the figures of the group, which all share, do not count."""
    return len({d.eleve_id for d in found if d.field not in GROUP_FIGURES})


@dataclass(frozen=True)
class PupilChanges:
    """What differs for one pupil, in the order of the file."""

    name: str
    differences: tuple[Difference, ...]

    @property
    def eleve_id(self) -> int:
        """Whose it is."""
        return self.differences[0].eleve_id

    @property
    def comes_in(self) -> bool:
        """Whether the newer file alone has the livret of the year."""
        return any(d.field == PRESENCE and not d.before for d in self.differences)

    @property
    def goes_out(self) -> bool:
        """Whether the older one alone has it."""
        return any(d.field == PRESENCE and not d.after for d in self.differences)


def by_pupil(
    found: Iterable[Difference], names: Mapping[int, str], labels: Mapping[str, str], *, year: int
) -> tuple[PupilChanges, ...]:
    """Differences as a person reads them: names of pupils, competences in words, other years said.

    A livret that comes in or goes out is one line, not one for each of its fields; the figures of
    the group are those of nobody (see `group_figures`). `labels`: words by LSL code; `year`: the
    school year of the files.
    """
    all_found = tuple(d for d in found if d.field not in GROUP_FIGURES)
    whole = {(d.eleve_id, d.annee_scolaire) for d in all_found if d.field == PRESENCE}
    told: dict[int, list[Difference]] = {}
    for d in all_found:
        if d.field == PRESENCE or (d.eleve_id, d.annee_scolaire) not in whole:
            told.setdefault(d.eleve_id, []).append(_in_words(d, labels, year))
    return tuple(
        PupilChanges(names.get(key, f"Élève {key}"), tuple(lines)) for key, lines in told.items()
    )


def group_figures(found: Iterable[Difference]) -> tuple[tuple[str, str, str], ...]:
    """The figures of the groups that differ: which, before and after, each said once."""
    told = ((d.field, d.before, d.after) for d in found if d.field in GROUP_FIGURES)
    return tuple(sorted(dict.fromkeys(line for line in told if all(line)), key=_rank))


def _rank(figure: tuple[str, str, str]) -> int:
    return GROUP_FIGURES.index(figure[0])


def lsl_codes_of(found: Iterable[Difference]) -> frozenset[str]:
    """The LSL codes of the competences that differ."""
    fields = (d.field for d in found)
    return frozenset(f.removeprefix(COMPETENCE) for f in fields if f.startswith(COMPETENCE))


def _in_words(difference: Difference, labels: Mapping[str, str], year: int) -> Difference:
    field = _words(difference, labels, year)
    if not difference.field.startswith(COMPETENCE):
        return replace(difference, field=field)
    before, after = (_degree(text) for text in (difference.before, difference.after))
    return replace(difference, field=field, before=before, after=after)


def _degree(text: str) -> str:
    return value_words("competence:", text) if text else ""


def _words(difference: Difference, labels: Mapping[str, str], year: int) -> str:
    field, said = difference.field, difference.annee_scolaire
    code = field.removeprefix(COMPETENCE)
    words = labels.get(code, field) if field.startswith(COMPETENCE) else field
    return words if said == year else f"{words} ({said}-{said + 1})"


def _flat(document: lsl_xml.Document) -> dict[Place, str]:
    return {
        (eleve.id, scolarite.annee_scolaire, field): text
        for eleve in document.donnees
        for scolarite in eleve.scolarites
        for field, text in (("INE", eleve.ine), *_fields(scolarite))
        if text
    }


def _fields(scolarite: lsl_xml.Scolarite) -> Iterator[tuple[str, str]]:
    yield PRESENCE, "présent"
    yield "MEF", scolarite.code_mef or ""
    yield "Périodicité", _PERIODS.get(scolarite.code_periode, scolarite.code_periode)
    for evaluation in scolarite.evaluations:
        yield from _evaluation(evaluation)
    if scolarite.avis_pfmp:
        yield from _pfmp(scolarite.avis_pfmp)
    if scolarite.chef_oeuvre:
        yield from _project(scolarite.chef_oeuvre)


def _evaluation(evaluation: lsl_xml.Evaluation) -> Iterator[tuple[str, str]]:
    for periode in evaluation.periodiques:
        yield f"Moyenne de la période {periode.numero}", _mark(periode.moyenne)
    for competence in evaluation.competences:
        yield f"{COMPETENCE}{competence.code}", competence.niveau
    yield "Appréciation générale", evaluation.annuelle or ""
    yield "Enseignants", _people(evaluation.enseignants)
    yield from zip(GROUP_FIGURES, _group(evaluation.structure), strict=True)


def _group(structure: lsl_xml.Structure) -> tuple[str, ...]:
    """In the order of `GROUP_FIGURES`; shares are in %."""
    shares = (structure.repar_moins_huit, structure.repar_huit_douze, structure.repar_plus_douze)
    told = (f"{_mark(share)} %" if share is not None else "" for share in shares)
    return (str(structure.effectif or ""), _mark(structure.moyenne), *told)


def _pfmp(avis: lsl_xml.AvisPfmp) -> Iterator[tuple[str, str]]:
    yield "Synthèse des PFMP", avis.texte
    yield "Enseignant de la PFMP", f"{avis.nom} {avis.prenom}"
    yield "Semaines de PFMP", str(avis.nb_semaines or "")
    if avis.partie_etranger is not None:
        yield "PFMP à l’étranger", "oui" if avis.partie_etranger else "non"


def _project(project: lsl_xml.ChefOeuvre) -> Iterator[tuple[str, str]]:
    yield "Nature du projet", _NATURES.get(project.nature or "", project.nature or "")
    yield "Note du projet", _mark(project.note)
    yield "Appréciation du projet", project.annuelle or ""
    yield "Enseignants du projet", _people(project.enseignants)


def _mark(value: Decimal | None) -> str:
    if value is None:
        return ""
    return "non noté" if value == lsl_xml.NON_NOTE else f"{value:.2f}".replace(".", ",")


def _people(people: Iterable[lsl_xml.Enseignant]) -> str:
    return ", ".join(f"{person.nom} {person.prenom}" for person in people)
