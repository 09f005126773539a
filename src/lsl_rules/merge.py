"""What a record becomes when a file comes: the new replaces, what is not brought stays (spec 07).

The seed: data are added where there are none, and the new ones always overwrite those there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from lsl_rules.parts import holding, is_blank
from lsl_xml import Competence, Eleve, Evaluation, Periode, Scolarite


@dataclass(frozen=True, slots=True)
class Counts:
    """Evaluations and avis of a pupil, by what an import made of them."""

    created: int = 0
    overwritten: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.created + other.created,
            self.overwritten + other.overwritten,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """The record after an import, and what was done to it."""

    record: Eleve
    counts: Counts

    @property
    def empty(self) -> bool:
        """Whether the record says nothing of the pupil but an INE."""
        record = self.record
        return not (record.scolarites or record.engagements or record.avis_examen)


SIGNED = (
    "avis_engagement",
    "avis_investissement",
    "avis_chef_etab",
    "avis_pfmp",
    "chef_oeuvre",
    "parcours_differencie",
)
"""The avis of a year: the key of one is (pupil, year, kind)."""
OF_THE_PUPIL = ("engagements", "avis_examen")
_SHARES = {"repar_moins_huit", "repar_huit_douze", "repar_plus_douze"}

P = TypeVar("P")


def merge(record: Eleve | None, pupil: Eleve, sent: Eleve | None = None) -> Merged:
    """Bring what was taken of a pupil into the record held, None when there is none.

    `sent` is the pupil as the file has it, None when all of it was taken: a value left out of it
    was ignored, and replaces nothing. Merging twice the same pupil changes nothing the second time.
    """
    held = record or Eleve(pupil.id, ())
    told = _by_year(sent.scolarites) if sent else {}
    years = _by_year(held.scolarites)
    counts = Counts()
    for scolarite in pupil.scolarites:
        annee = scolarite.annee_scolaire
        years[annee], done = _merged_year(years.get(annee), scolarite, told.get(annee, scolarite))
        counts += done
    brought = {name: value for name in OF_THE_PUPIL if (value := getattr(pupil, name)) is not None}
    counts += _counted((getattr(held, name), value) for name, value in brought.items())
    ine = pupil.ine if pupil.ine is not None else held.ine
    merged = replace(held, ine=ine, scolarites=tuple(years.values()), **brought)
    return Merged(merged, counts)


def says_something(scolarite: Scolarite) -> bool:
    """Whether anything is said of a year, an evaluation or an avis."""
    return bool(scolarite.evaluations) or any(getattr(scolarite, name) for name in SIGNED)


def _by_year(scolarites: Iterable[Scolarite]) -> dict[int, Scolarite]:
    """The first one of each year: another one is not taken (PARLSL_S01)."""
    years: dict[int, Scolarite] = {}
    for one in scolarites:
        years.setdefault(one.annee_scolaire, one)
    return years


def _merged_year(
    held: Scolarite | None, brought: Scolarite, sent: Scolarite
) -> tuple[Scolarite, Counts]:
    base = held or Scolarite(brought.annee_scolaire, brought.code_periode, (), brought.code_mef)
    stood = {_key(one): one for one in base.evaluations}
    evaluations = dict(stood)
    if base.code_periode != brought.code_periode:
        evaluations = {key: replace(one, periodiques=()) for key, one in stood.items()}
    told = {_key(one): one for one in reversed(sent.evaluations)}
    for evaluation in brought.evaluations:
        key = _key(evaluation)
        before = evaluations.get(key)
        after = _merged_evaluation(before, evaluation, told[key]) if before else evaluation
        evaluations[key] = after
    spoken = {_key(one) for one in brought.evaluations}
    pairs: list[tuple[object, object]] = [
        (stood.get(key), after)
        for key, after in evaluations.items()
        if key in spoken or stood[key] != after
    ]
    signed = _merged_signed(base, brought, sent)
    pairs += [(getattr(base, name), value) for name, value in signed.items()]
    merged = replace(
        base,
        code_periode=brought.code_periode,
        code_mef=brought.code_mef if brought.code_mef is not None else base.code_mef,
        evaluations=tuple(evaluations.values()),
        **signed,
    )
    return merged, _counted(pairs)


def _merged_signed(held: Scolarite, brought: Scolarite, sent: Scolarite) -> dict[str, Any]:
    """The avis that the year brings, by kind."""
    return {
        name: _but_ignored(getattr(held, name), value, getattr(sent, name))
        for name in SIGNED
        if (value := getattr(brought, name)) is not None
    }


def _but_ignored(held: P | None, taken: P, sent: P) -> P:
    """What was taken of a part, with what stands where a value of the file was ignored; a
    distribution is ignored whole."""
    ignored = {
        name
        for name in _names(taken)
        if getattr(taken, name) is None and getattr(sent, name) is not None
    }
    if ignored & _SHARES:
        ignored |= _SHARES
    return holding(taken, **{name: getattr(held, name) for name in ignored}) if held else taken


def _names(part: object) -> Iterator[str]:
    return (one.name for one in fields(part))  # type: ignore[arg-type]


def _key(evaluation: Evaluation) -> tuple[str, str]:
    return evaluation.code_matiere, evaluation.modalite_election


def _merged_evaluation(held: Evaluation, brought: Evaluation, sent: Evaluation) -> Evaluation:
    silent = brought.annuelle is None or is_blank(brought.annuelle)
    return replace(
        brought,
        structure=_but_ignored(held.structure, brought.structure, sent.structure),
        annuelle=held.annuelle if silent else brought.annuelle,
        periodiques=_merged_periods(held.periodiques, brought.periodiques),
        competences=_merged_competences(held.competences, brought.competences),
    )


def _merged_periods(held: Iterable[Periode], brought: Iterable[Periode]) -> tuple[Periode, ...]:
    after = {one.numero: one for one in held} | {one.numero: one for one in brought}
    return tuple(after.values())


def _merged_competences(
    held: Iterable[Competence], brought: Iterable[Competence]
) -> tuple[Competence, ...]:
    after = {one.code: one for one in held} | {one.code: one for one in brought}
    return tuple(after.values())


def _counted(pairs: Iterable[tuple[object, object]]) -> Counts:
    """What stood before and what stands now, item by item."""
    created = overwritten = unchanged = 0
    for before, after in pairs:
        created += before is None
        unchanged += before is not None and before == after
        overwritten += before is not None and before != after
    return Counts(created, overwritten, unchanged)
