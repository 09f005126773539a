"""Divisions and groups: those of Structures.xml, and those that pupils or STS name besides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from livretpro.schools.importing.files import Files
from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.changes import (
    DivisionChange,
    GroupChange,
    Kind,
    differences,
)
from livretpro.schools.importing.plan.decisions import Decision, Fate
from livretpro.schools.importing.plan.facts import Held, HeldDivision, HeldGroup
from livretpro.schools.importing.report import Avertissement, Line
from siecle_xml import Structures


@dataclass(frozen=True)
class StructurePlan:
    """What happens to the divisions and groups that the files name."""

    divisions: tuple[DivisionChange, ...]
    groups: tuple[GroupChange, ...]
    warnings: tuple[Avertissement, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A division (with MEF) or a group (with divisions); `firm` when Structures.xml says it."""

    label: str = ""
    of: frozenset[str] = frozenset()
    firm: bool = False

    def settles(self, held_label: str) -> bool:
        """Whether it changes what stands: what is not firm only completes what has no label."""
        return self.firm or bool(not held_label and (self.label or self.of))


def plan_structure(held: Held, files: Files, decisions: Iterable[Decision]) -> StructurePlan:
    """Compare the divisions and groups that the files name with those of the year.

    One that a pupil has and Structures.xml does not know is created with a warning, told once.
    """
    enrolled = [d for d in decisions if d.fate is Fate.ENROLLED]
    divisions = _wanted_divisions(files, enrolled)
    groups = _wanted_groups(files, enrolled, frozenset({*divisions, *held.divisions}))
    return StructurePlan(
        tuple(_division(code, held.divisions.get(code), w) for code, w in divisions.items()),
        tuple(_group(code, held.groups.get(code), w) for code, w in groups.items()),
        tuple(_unknown(held, files.structures, enrolled)),
    )


def _wanted_divisions(files: Files, enrolled: Iterable[Decision]) -> dict[str, Wanted]:
    named = {d.division: Wanted() for d in enrolled if d.division}
    taught = files.sts.divisions if files.sts else ()
    firm = files.structures.divisions if files.structures else ()
    return {
        **named,
        **{d.code: Wanted(d.libelle, frozenset(d.mefs)) for d in taught},
        **{d.code: Wanted(d.libelle, frozenset(d.mefs), firm=True) for d in firm},
    }


def _wanted_groups(
    files: Files, enrolled: Iterable[Decision], divisions: frozenset[str]
) -> dict[str, Wanted]:
    """Groups, with those of their `divisions` that exist.

    A group that only pupils name is made of their divisions.
    """
    named: dict[str, set[str]] = {}
    for decision in enrolled:
        for code in decision.eleve.groupes:
            named.setdefault(code, set()).add(decision.division)
    taught = files.sts.groupes if files.sts else ()
    firm = files.structures.groupes if files.structures else ()
    return {
        **{code: Wanted(of=divisions.intersection(of)) for code, of in named.items()},
        **{g.code: Wanted(g.libelle, divisions.intersection(g.divisions)) for g in taught},
        **{g.code: Wanted(g.libelle, divisions.intersection(g.divisions), firm=True) for g in firm},
    }


def _division(code: str, held: HeldDivision | None, wanted: Wanted) -> DivisionChange:
    mefs = tuple(sorted(wanted.of))
    if held is None:
        line = Line(code, _named(code, wanted.label))
        return DivisionChange(Kind.ADDED, line, None, wanted.label, mefs)
    changes = differences(("libellé", held.label, wanted.label), ("MEF", held.mefs, mefs))
    if not wanted.settles(held.label):
        changes = ()
    kind = Kind.CHANGED if changes else Kind.SAME
    line = Line(code, _named(code, held.label), changes=changes)
    return DivisionChange(kind, line, held.pk, wanted.label, mefs)


def _named(code: str, label: str) -> str:
    """Labels are often the same from one division to the next: the code tells them apart."""
    return f"{code}, {label}" if label not in ("", code) else code


def _group(code: str, held: HeldGroup | None, wanted: Wanted) -> GroupChange:
    if held is None:
        line = Line(code, _named(code, wanted.label))
        return GroupChange(Kind.ADDED, line, None, wanted.label, wanted.of)
    changes = differences(
        ("libellé", held.label, wanted.label), ("divisions", held.divisions, wanted.of)
    )
    if not wanted.settles(held.label):
        changes = ()
    kind = Kind.CHANGED if changes else Kind.SAME
    line = Line(code, _named(code, held.label), changes=changes)
    return GroupChange(kind, line, held.pk, wanted.label, wanted.of)


def _unknown(
    held: Held, structures: Structures | None, enrolled: Iterable[Decision]
) -> Iterator[Avertissement]:
    """Tell what Structures.xml, or without it the school, does not know."""
    divisions, groups = set(held.divisions), set(held.groups)
    if structures is not None:
        divisions = {division.code for division in structures.divisions}
        groups = {group.code for group in structures.groupes}
    for decision in enrolled:
        eleve = decision.eleve
        if decision.division and decision.division not in divisions:
            divisions.add(decision.division)
            yield notices.unknown_division(eleve, decision.division)
        for code in eleve.groupes:
            if code not in groups:
                groups.add(code)
                yield notices.unknown_group(eleve, code)
