"""People of STS, by (ID, TYPE), and the divisions they are professeur principal of."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from livretpro.accounts.rules import folded
from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.changes import Kind, StaffChange, differences, shown
from livretpro.schools.importing.plan.facts import HeldStaff, Person, StaffKey, Validity
from livretpro.schools.importing.report import Avertissement, FieldChange, Line
from siecle_xml import Individu, ProfPrinc, StsEmp

BY_HAND = ("", "")


@dataclass(frozen=True)
class StaffPlan:
    """What happens to the people of STS, and whom somebody should look at."""

    changes: tuple[StaffChange, ...]
    warnings: tuple[Avertissement, ...]


def plan_staff(
    held: Iterable[HeldStaff], sts: StsEmp, *, divisions: Collection[str], day: date
) -> StaffPlan:
    """Compare STS with the people of the school.

    `divisions` are the codes of the year; `day` is written on those who are no longer in STS.
    People added by hand are left alone; a homonym is a warning, never a merge (spec 04, Import).
    """
    staff = list(held)
    known = {person.key: person for person in staff if person.key != BY_HAND}
    met = {(i.id, i.type): i for i in sts.individus}
    present = [_compared(i, known.get(key), divisions) for key, i in met.items()]
    gone = [_gone(s, day) for key, s in known.items() if key not in met and s.gone_on is None]
    warnings = [
        *_unknown_divisions(sts.individus, divisions),
        *_homonyms(met, known, staff),
    ]
    return StaffPlan((*present, *gone), tuple(warnings))


def _compared(
    individu: Individu, known: HeldStaff | None, divisions: Collection[str]
) -> StaffChange:
    person, principal = _person(individu), _principal(individu.profs_princ, divisions)
    changes = _changes(known, person, principal) if known else ()
    held = known.principal if known else {}
    return StaffChange(
        _kind(known, changes),
        _line((individu.id, individu.type), person, changes),
        known.pk if known else None,
        (individu.id, individu.type),
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
    return Line(":".join(key), person.name, changes=changes)


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
    known: HeldStaff, person: Person, principal: Mapping[str, Validity]
) -> tuple[FieldChange, ...]:
    before = known.person
    held = {code: validity for code, (_, validity) in known.principal.items()}
    return differences(
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


def _homonyms(
    met: Mapping[StaffKey, Individu],
    known: Mapping[StaffKey, HeldStaff],
    staff: Iterable[HeldStaff],
) -> Iterator[Avertissement]:
    """Say of the new people whose name is that of somebody by hand, or gone from STS."""
    others: dict[str, HeldStaff] = {s.name_key: s for s in staff if s.key not in met}
    for key, individu in met.items():
        other = others.get(folded(f"{individu.nom} {individu.prenom}"))
        if key not in known and other is not None and _may_be(individu, other):
            by_hand = other.key == BY_HAND
            how = "ajoutée à la main" if by_hand else "absente de ce fichier STS"
            yield notices.staff_homonym(individu, how)


def _may_be(individu: Individu, other: HeldStaff) -> bool:
    """Unless both birth dates are known and differ."""
    born = {individu.date_naissance, other.person.birth_date} - {None}
    return len(born) < 2
