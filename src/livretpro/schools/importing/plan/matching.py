"""Which known pupil an ELEVE of the file is: by ELEVE_ID; else proposed, by INE, then by name."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from livretpro.accounts.rules import folded
from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.decisions import Decision, Fate
from livretpro.schools.importing.plan.facts import HeldPupil
from livretpro.schools.importing.report import Avertissement, Proposition
from siecle_xml import Eleve

BY_INE = "a le même INE"
BY_NAME = "a les mêmes nom, prénom et date de naissance"
NameKey = tuple[str, str, date]


@dataclass(frozen=True)
class Matches:
    """Known pupils by the ELEVE_ID of the file, and what a person has to settle."""

    known: Mapping[int, HeldPupil]
    propositions: tuple[Proposition, ...]
    warnings: tuple[Avertissement, ...]


def match(
    decisions: Iterable[Decision], held: Iterable[HeldPupil], *, same_person: Collection[int]
) -> Matches:
    """Find the known pupils; those of `same_person` (new ELEVE_ID) are taken as proposed.

    Nobody is merged otherwise, homonyms never silently (spec 04, Import). A known pupil is
    proposed once, and only when the file no longer holds that pupil's own ELEVE_ID.
    """
    pupils = {pupil.identity.siecle_id: pupil for pupil in held}
    met = {d.eleve_id: d for d in decisions}
    absent = Absent.of(pupil for key, pupil in pupils.items() if key not in met)
    search = Search(absent, same_person)
    for decision in met.values():
        if decision.fate is Fate.ENROLLED and decision.eleve_id not in pupils:
            search.propose(decision.eleve)
    known = {key: pupils[key] for key in met if key in pupils}
    return Matches(known | search.taken, tuple(search.propositions), tuple(search.warnings))


@dataclass(frozen=True)
class Absent:
    """Known pupils whose ELEVE_ID the file does not hold."""

    by_ine: Mapping[str, list[HeldPupil]]
    by_name: Mapping[NameKey, list[HeldPupil]]

    @classmethod
    def of(cls, pupils: Iterable[HeldPupil]) -> "Absent":
        """Sort them by present and former INE, and by folded names and birth date."""
        by_ine: dict[str, list[HeldPupil]] = {}
        by_name: dict[NameKey, list[HeldPupil]] = {}
        for pupil in pupils:
            who = pupil.identity
            for ine in {who.ine, who.former_ine} - {""}:
                by_ine.setdefault(ine, []).append(pupil)
            if who.birth_date:
                by_name.setdefault((*pupil.name_keys, who.birth_date), []).append(pupil)
        return cls(by_ine, by_name)

    def with_ine_of(self, eleve: Eleve) -> list[HeldPupil]:
        """Those who bear, or bore, an INE of the pupil."""
        ines = dict.fromkeys(ine for ine in (eleve.ine, eleve.ine_ancien) if ine)
        return [pupil for ine in ines for pupil in self.by_ine.get(ine, ())]

    def with_name_of(self, eleve: Eleve) -> list[HeldPupil]:
        """Those of the same names, case and accents apart, born the same day."""
        if eleve.date_naissance is None:
            return []
        key = (folded(eleve.nom), folded(eleve.prenom), eleve.date_naissance)
        return self.by_name.get(key, [])


@dataclass(frozen=True)
class Search:
    """What is found as the new pupils come: each known pupil serves once."""

    absent: Absent
    same_person: Collection[int]
    taken: dict[int, HeldPupil] = field(default_factory=dict)
    propositions: list[Proposition] = field(default_factory=list)
    warnings: list[Avertissement] = field(default_factory=list)
    _used: set[int] = field(default_factory=set)

    def propose(self, eleve: Eleve) -> None:
        """Look for whom a new pupil may be; several homonyms are nobody."""
        if found := self._free(self.absent.with_ine_of(eleve)):
            self._propose(eleve, found[0], BY_INE)
        elif len(found := self._free(self.absent.with_name_of(eleve))) == 1:
            self._propose(eleve, found[0], BY_NAME)
        elif found:
            self.warnings.append(notices.several_homonyms(eleve))

    def _free(self, found: list[HeldPupil]) -> list[HeldPupil]:
        return [pupil for pupil in found if pupil.pk not in self._used]

    def _propose(self, eleve: Eleve, known: HeldPupil, reason: str) -> None:
        confirmed = eleve.eleve_id in self.same_person
        self._used.add(known.pk)
        who = known.identity
        name = f"{eleve.nom} {eleve.prenom}"
        self.propositions.append(
            Proposition(eleve.eleve_id, name, who.siecle_id, who.name, reason, confirmed)
        )
        if confirmed:
            self.taken[eleve.eleve_id] = known
        else:
            self.warnings.append(notices.same_person(eleve, who.siecle_id, who.name, reason))
