"""Services of STS: those of the year are replaced to match the file."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.changes import Kind, ServiceChange, differences
from livretpro.schools.importing.plan.facts import HeldService, ServiceKey, StaffKey
from livretpro.schools.importing.report import Avertissement, Line
from siecle_xml import Service, StsEmp


@dataclass(frozen=True)
class ServicePlan:
    """What happens to the services of the year."""

    changes: tuple[ServiceChange, ...]
    warnings: tuple[Avertissement, ...]


def plan_services(
    held: Mapping[ServiceKey, HeldService], sts: StsEmp, *, renamed: Mapping[StaffKey, StaffKey]
) -> ServicePlan:
    """Compare the services; a teacher whom the file does not describe is ignored, and said.

    `renamed` gives the new key of a teacher whose identifier in STS changes.
    """
    held = {key: _renamed(service, renamed) for key, service in held.items()}
    people = {(i.id, i.type): f"{i.nom} {i.prenom}" for i in sts.individus}
    wanted, warnings = _wanted(sts, people)
    names = Names(people)
    changes = [names.compared(key, held.get(key), who) for key, who in wanted.items()]
    gone = [names.gone(key, service) for key, service in held.items() if key not in wanted]
    return ServicePlan((*changes, *gone), tuple(warnings))


def _renamed(service: HeldService, renamed: Mapping[StaffKey, StaffKey]) -> HeldService:
    teachers = {renamed.get(key, key): pk for key, pk in service.teachers.items()}
    return HeldService(service.pk, teachers)


def _wanted(
    sts: StsEmp, people: Collection[StaffKey]
) -> tuple[dict[ServiceKey, frozenset[StaffKey]], list[Avertissement]]:
    """Teachers by service; the same service met twice is one, with the teachers of both."""
    wanted: dict[ServiceKey, frozenset[StaffKey]] = {}
    warnings: list[Avertissement] = []
    for place, code, service in _services(sts):
        key = (place, code, service.code_matiere, service.code_mod_cours or "")
        known = frozenset(who for who in service.enseignants if who in people)
        wanted[key] = wanted.get(key, frozenset()) | known
        warnings += _unknown(code, service, people)
    return wanted, warnings


def _services(sts: StsEmp) -> Iterator[tuple[str, str, Service]]:
    for division in sts.divisions:
        yield from (("D", division.code, service) for service in division.services)
    for group in sts.groupes:
        yield from (("G", group.code, service) for service in group.services)


def _unknown(code: str, service: Service, people: Collection[StaffKey]) -> Iterator[Avertissement]:
    for teacher in service.enseignants:
        if teacher not in people:
            yield notices.unknown_teacher(code, service.code_matiere, teacher, service.ligne)


@dataclass(frozen=True)
class Names:
    """Compares services, and calls their teachers by name where the file knows them."""

    people: Mapping[StaffKey, str]

    def compared(
        self, key: ServiceKey, held: HeldService | None, wanted: frozenset[StaffKey]
    ) -> ServiceChange:
        """A service of the file."""
        before = frozenset(held.teachers) if held else frozenset()
        changes = differences(("enseignants", self._shown(before), self._shown(wanted)))
        kind = Kind.CHANGED if before != wanted else Kind.SAME
        return ServiceChange(
            kind if held else Kind.ADDED,
            Line(":".join(key), _label(key), key[1], changes),
            held.pk if held else None,
            key,
            added=wanted - before,
            removed=_links(held, before - wanted),
        )

    def gone(self, key: ServiceKey, held: HeldService) -> ServiceChange:
        """A service that the file no longer has."""
        teachers = frozenset(held.teachers)
        changes = differences(("enseignants", self._shown(teachers), ()))
        line = Line(":".join(key), _label(key), key[1], changes)
        return ServiceChange(Kind.GONE, line, held.pk, key, frozenset(), _links(held, teachers))

    def _shown(self, teachers: Iterable[StaffKey]) -> tuple[str, ...]:
        return tuple(sorted(self.people.get(key, " ".join(key)) for key in teachers))


def _label(key: ServiceKey) -> str:
    _, code, subject, mode = key
    return f"{subject} {mode}".strip() + f" en {code}"


def _links(held: HeldService | None, teachers: frozenset[StaffKey]) -> frozenset[int]:
    return frozenset(held.teachers[key] for key in teachers) if held else frozenset()
