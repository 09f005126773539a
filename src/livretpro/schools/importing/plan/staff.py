"""People of STS, by (ID, TYPE), and the divisions they are professeur principal of."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.changes import Kind, StaffChange, differences, shown
from livretpro.schools.importing.plan.facts import HeldStaff, Person, StaffKey, Validity
from livretpro.schools.importing.plan.staff_matching import BY_HAND, match_staff, staff_key
from livretpro.schools.importing.report import (
    Avertissement,
    FieldChange,
    Line,
    StaffProposition,
)
from siecle_xml import Individu, ProfPrinc, StsEmp


@dataclass(frozen=True)
class StaffPlan:
    """What happens to the people of STS, and whom somebody should look at.

    `renamed` gives the new key of a person whose identifier in STS changes.
    """

    changes: tuple[StaffChange, ...] = ()
    warnings: tuple[Avertissement, ...] = ()
    propositions: tuple[StaffProposition, ...] = ()
    renamed: Mapping[StaffKey, StaffKey] = field(default_factory=dict)


def plan_staff(
    held: Iterable[HeldStaff],
    sts: StsEmp,
    *,
    divisions: Collection[str],
    day: date,
    same_staff: Collection[str],
) -> StaffPlan:
    """Compare STS with the people of the school.

    `divisions` are the codes of the year; `day` is written on those who are no longer in STS;
    `same_staff` are the newcomers (`ID:TYPE`) that a person recognised. People added by hand are
    otherwise left alone, and a homonym is proposed, never merged (spec 04, Import).
    """
    staff = list(held)
    met = {(i.id, i.type): i for i in sts.individus}
    matches = match_staff(met, staff, same_staff=same_staff)
    present = [_compared(i, matches.known.get(key), divisions) for key, i in met.items()]
    taken = {person.pk for person in matches.taken.values()}
    gone = [
        _gone(person, day)
        for person in staff
        if person.key not in met and person.key != BY_HAND
        if person.pk not in taken and person.gone_on is None
    ]
    warnings = (*_unknown_divisions(sts.individus, divisions), *matches.warnings)
    renamed = {s.key: key for key, s in matches.taken.items() if s.key != BY_HAND}
    return StaffPlan((*present, *gone), warnings, matches.propositions, renamed)


def _compared(
    individu: Individu, known: HeldStaff | None, divisions: Collection[str]
) -> StaffChange:
    person, principal = _person(individu), _principal(individu.profs_princ, divisions)
    key = (individu.id, individu.type)
    changes = _changes(known, key, person, principal) if known else ()
    held = known.principal if known else {}
    return StaffChange(
        _kind(known, changes),
        _line(key, person, changes),
        known.pk if known else None,
        key,
        person,
        gone_on=None,
        charges={c: v for c, v in principal.items() if c not in held or held[c][1] != v},
        dropped=frozenset(pk for c, (pk, v) in held.items() if principal.get(c) != v),
    )


def _kind(known: HeldStaff | None, changes: tuple[FieldChange, ...]) -> Kind:
    if known is None:
        return Kind.ADDED
    if known.gone_on is not None:
        return Kind.BACK
    return Kind.CHANGED if changes else Kind.SAME


def _line(key: StaffKey, person: Person, changes: tuple[FieldChange, ...]) -> Line:
    return Line(staff_key(key), person.name, changes=changes)


def _person(individu: Individu) -> Person:
    return Person(individu.nom, individu.prenom, individu.date_naissance, individu.fonction or "")


def _principal(charges: Iterable[ProfPrinc], divisions: Collection[str]) -> dict[str, Validity]:
    """Charges by division, with their dates: who reads them compares DATE_FIN with a day.

    Of two charges for one division, the one that lasts longest.
    """
    found: dict[str, Validity] = {}
    for charge in sorted(charges, key=lambda c: c.date_fin or date.max):
        if charge.code_structure in divisions:
            found[charge.code_structure] = (charge.date_debut, charge.date_fin)
    return found


def _changes(
    known: HeldStaff, key: StaffKey, person: Person, principal: Mapping[str, Validity]
) -> tuple[FieldChange, ...]:
    before = known.person
    held = {code: validity for code, (_, validity) in known.principal.items()}
    return differences(
        ("identifiant STS", staff_key(known.key), staff_key(key)),
        ("nom", before.last_name, person.last_name),
        ("prénom", before.first_name, person.first_name),
        ("date de naissance", before.birth_date, person.birth_date),
        ("fonction", before.function, person.function),
        ("parti le", known.gone_on, None),
        ("professeur principal", _charges(held), _charges(principal)),
    )


def _charges(principal: Mapping[str, Validity]) -> tuple[str, ...]:
    return tuple(
        f"{code} ({shown(start) or '…'} – {shown(end) or '…'})"
        for code, (start, end) in sorted(principal.items())
    )


def _gone(known: HeldStaff, day: date) -> StaffChange:
    changes = differences(("parti le", None, day))
    line = _line(known.key, known.person, changes)
    charges = frozenset(pk for pk, _ in known.principal.values())
    return StaffChange(Kind.GONE, line, known.pk, known.key, known.person, day, {}, charges)


def _unknown_divisions(
    individus: Iterable[Individu], divisions: Collection[str]
) -> Iterator[Avertissement]:
    for individu in individus:
        for charge in individu.profs_princ:
            if charge.code_structure not in divisions:
                yield notices.unknown_principal_division(individu, charge.code_structure)
