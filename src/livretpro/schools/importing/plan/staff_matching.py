"""Which known person a newcomer of STS may be: proposed by name and birth date, never merged."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from livretpro.accounts.rules import folded
from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.facts import HeldStaff, StaffKey
from livretpro.schools.importing.report import Avertissement, StaffProposition
from siecle_xml import Individu

BY_HAND = ("", "")
BORN_THAT_DAY = "mêmes nom, prénom et date de naissance"
OF_THAT_NAME = "mêmes nom et prénom, l’une des deux dates de naissance manque"


def staff_key(key: StaffKey) -> str:
    """ID and TYPE in one text, as lines and the journal write them; empty for a line by hand."""
    return ":".join(key) if key != BY_HAND else ""


@dataclass(frozen=True)
class StaffMatches:
    """Known people by the ID and TYPE of the file, and what a person has to settle.

    `taken` are those whose line becomes that of a newcomer.
    """

    known: Mapping[StaffKey, HeldStaff]
    taken: Mapping[StaffKey, HeldStaff]
    propositions: tuple[StaffProposition, ...]
    warnings: tuple[Avertissement, ...]


def match_staff(
    met: Mapping[StaffKey, Individu], staff: Iterable[HeldStaff], *, same_staff: Collection[str]
) -> StaffMatches:
    """Find the known people; the newcomers of `same_staff` are taken as proposed (spec 04, Import).

    A newcomer may be whoever bears the same name, is by hand or absent from the file, and was not
    born another day; somebody still there before somebody gone, and of several, nobody.
    """
    held = list(staff)
    known = {person.key: person for person in held if person.key in met}
    search = Search([person for person in held if person.key not in met], same_staff)
    for key, individu in met.items():
        if key not in known:
            search.propose(key, individu)
    return StaffMatches(
        known | search.taken, search.taken, tuple(search.propositions), tuple(search.warnings)
    )


@dataclass(frozen=True)
class Search:
    """What is found as the newcomers come; a known person is taken once."""

    absent: Iterable[HeldStaff]
    same_staff: Collection[str]
    taken: dict[StaffKey, HeldStaff] = field(default_factory=dict)
    propositions: list[StaffProposition] = field(default_factory=list)
    warnings: list[Avertissement] = field(default_factory=list)

    def propose(self, key: StaffKey, individu: Individu) -> None:
        """Look for whom a newcomer may be."""
        found = self._candidates(individu)
        if len(found) == 1:
            self._propose(key, individu, found[0])
        elif found:
            self.warnings.append(notices.several_staff(individu))

    def _candidates(self, individu: Individu) -> list[HeldStaff]:
        name = folded(f"{individu.nom} {individu.prenom}")
        free = [s for s in self.absent if s.name_key == name and s not in self.taken.values()]
        found = [person for person in free if _may_be(individu, person)]
        return [person for person in found if person.gone_on is None] or found

    def _propose(self, key: StaffKey, individu: Individu, known: HeldStaff) -> None:
        confirmed = staff_key(key) in self.same_staff
        same_day = individu.date_naissance and known.person.birth_date
        self.propositions.append(
            StaffProposition(
                key=staff_key(key),
                name=f"{individu.nom} {individu.prenom}",
                known_key=staff_key(known.key),
                known_name=known.person.name,
                reason=BORN_THAT_DAY if same_day else OF_THAT_NAME,
                confirmed=confirmed,
            )
        )
        if confirmed:
            self.taken[key] = known
        else:
            self.warnings.append(notices.same_staff(individu, staff_key(known.key)))


def _may_be(individu: Individu, other: HeldStaff) -> bool:
    """Unless both birth dates are known and differ."""
    born = {individu.date_naissance, other.person.birth_date} - {None}
    return len(born) < 2
