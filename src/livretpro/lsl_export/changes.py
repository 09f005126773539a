"""Two versions compared pupil by pupil, field by field, from the bytes kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import lsl_xml

Place = tuple[int, int, str]  # pupil, school year, field in French
PRESENCE = "Livret"
GROUP_AVERAGE = "Moyenne du groupe"
COMPETENCE = "Compétence "


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
    old, new = _flat(lsl_xml.read(before)), _flat(lsl_xml.read(after))
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        Difference(*place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place) != new.get(place)
    )


def dropped(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """What the former file carried and the newer one does not: LSL keeps it (second seed)."""
    return tuple(d for d in differences(before, after) if d.before and not d.after)


def pupils_changed(before: bytes, after: bytes) -> int:
    """How many pupils' livrets differ; the figures of the group, which all share, do not count."""
    return len({d.eleve_id for d in differences(before, after) if d.field != GROUP_AVERAGE})


@dataclass(frozen=True)
class PupilChanges:
    """What differs for one pupil, in the order of the file."""

    name: str
    differences: tuple[Difference, ...]


def by_pupil(
    found: Iterable[Difference], names: Mapping[int, str], labels: Mapping[str, str], *, year: int
) -> tuple[PupilChanges, ...]:
    """Differences as a person reads them: names of pupils, competences in words, other years said.

    A livret that comes in or goes out is one line, not one for each of its fields; the figures of
    the group are those of nobody (see `group_averages`). `labels`: words by LSL code; `year`: the
    school year of the files.
    """
    all_found = tuple(d for d in found if d.field != GROUP_AVERAGE)
    whole = {(d.eleve_id, d.annee_scolaire) for d in all_found if d.field == PRESENCE}
    told: dict[int, list[Difference]] = {}
    for d in all_found:
        if d.field == PRESENCE or (d.eleve_id, d.annee_scolaire) not in whole:
            words = replace(d, field=_words(d, labels, year))
            told.setdefault(d.eleve_id, []).append(words)
    return tuple(
        PupilChanges(names.get(key, f"Élève {key}"), tuple(lines)) for key, lines in told.items()
    )


def group_averages(found: Iterable[Difference]) -> tuple[tuple[str, str], ...]:
    """The averages of the groups that differ, before and after, each said once."""
    pairs = ((d.before, d.after) for d in found if d.field == GROUP_AVERAGE)
    return tuple(dict.fromkeys(pair for pair in pairs if all(pair)))


def lsl_codes_of(found: Iterable[Difference]) -> frozenset[str]:
    """The LSL codes of the competences that differ."""
    fields = (d.field for d in found)
    return frozenset(f.removeprefix(COMPETENCE) for f in fields if f.startswith(COMPETENCE))


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
        for field, text in _fields(scolarite)
        if text
    }


def _fields(scolarite: lsl_xml.Scolarite) -> Iterator[tuple[str, str]]:
    yield PRESENCE, "présent"
    yield "Périodicité", scolarite.code_periode
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
    yield GROUP_AVERAGE, _mark(evaluation.structure.moyenne)


def _pfmp(avis: lsl_xml.AvisPfmp) -> Iterator[tuple[str, str]]:
    yield "Synthèse des PFMP", avis.texte
    yield "Enseignant de la PFMP", f"{avis.nom} {avis.prenom}"
    yield "Semaines de PFMP", str(avis.nb_semaines or "")
    if avis.partie_etranger is not None:
        yield "PFMP à l’étranger", "oui" if avis.partie_etranger else "non"


def _project(project: lsl_xml.ChefOeuvre) -> Iterator[tuple[str, str]]:
    yield "Note du projet", _mark(project.note)
    yield "Appréciation du projet", project.annuelle or ""
    yield "Enseignants du projet", _people(project.enseignants)


def _mark(value: Decimal | None) -> str:
    if value is None:
        return ""
    return "non noté" if value == lsl_xml.NON_NOTE else f"{value:.2f}".replace(".", ",")


def _people(people: Iterable[lsl_xml.Enseignant]) -> str:
    return ", ".join(f"{person.nom} {person.prenom}" for person in people)
