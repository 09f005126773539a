"""Writes the year, the MEF, the divisions and the groups."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from django.db.models import F, Value
from django.db.models.functions import Greatest

from livretpro.journal.actions import Change
from livretpro.schools.importing.comparison import Plan
from livretpro.schools.importing.plan.changes import DivisionChange, GroupChange, Kind
from livretpro.schools.importing.plan.facts import HeldYear, SchoolMefFacts
from livretpro.schools.importing.write.bulk import rewrite
from livretpro.schools.lines import dates, substitution_told
from livretpro.schools.models import (
    Division,
    Enrolment,
    Group,
    School,
    SchoolMef,
    SchoolYear,
    Substitution,
)

Keys = Mapping[str, int]
"""Primary key by code."""


def write_year(plan: Plan, school: School) -> int:
    """Open or correct the year, close the former one; give the primary key of the year."""
    year = plan.year.year
    row = SchoolYear(pk=year.pk, school=school, year=year.year, start=year.start, end=year.end)
    if plan.year.changed:
        row.save(force_insert=year.pk is None)
    if school.current_year != year.year:
        School.objects.filter(pk=school.pk).update(current_year=year.year)
    if plan.year.former is not None:
        _close(plan.year.former)
    return row.pk


def _close(year: HeldYear) -> None:
    """End the enrolments still open on the last day of their year, never before their start."""
    Enrolment.objects.filter(school_year=year.pk, end__isnull=True).update(
        end=Greatest(F("start"), Value(year.end))
    )


def end_substitutions(school: School, former: HeldYear | None) -> list[Change]:
    """End the substitutions without last day with the year that is closed, and say them: whoever
    still stands in for somebody is named again. Two queries."""
    if former is None:
        return []
    lasting = Substitution.objects.filter(absent__school=school, end=None, start__lte=former.end)
    held = list(lasting.select_related("absent", "substitute").order_by("pk"))
    for line in held:
        line.end = former.end
    Substitution.objects.bulk_update(held, ["end"])
    return [
        substitution_told("clot", line, dates(line.start, None), dates(line.start, line.end))
        for line in held
    ]


def write_mefs(mefs: Mapping[str, SchoolMefFacts], school: School) -> None:
    """Create or update the school's own MEF: one query."""
    if mefs:
        SchoolMef.objects.bulk_create(
            [SchoolMef(school=school, code=code, **asdict(mef)) for code, mef in mefs.items()],
            update_conflicts=True,
            unique_fields=["school", "code"],
            update_fields=["attached_to", "mefstat", "label"],
        )


def write_divisions(plan: Plan, year: int) -> Keys:
    """Create and update divisions; give the primary keys of all those of the year."""
    changes = plan.structure.divisions
    new = [_division(change, year) for change in changes if change.kind is Kind.ADDED]
    Division.objects.bulk_create(new)
    rewrite(
        Division.objects,
        [_division(c, year) for c in changes if c.kind is Kind.CHANGED],
        "label",
        "mefs",
    )
    held = {code: division.pk for code, division in plan.held.divisions.items()}
    return held | {division.code: division.pk for division in new}


def _division(change: DivisionChange, year: int) -> Division:
    return Division(
        pk=change.pk,
        school_year_id=year,
        code=change.line.key,
        label=change.label,
        mefs=list(change.mefs),
    )


def write_groups(plan: Plan, year: int, divisions: Keys) -> Keys:
    """Create and update groups and their divisions; give the primary keys of all of the year."""
    changes = [change for change in plan.structure.groups if change.kind is not Kind.SAME]
    new = [_group(change, year) for change in changes if change.kind is Kind.ADDED]
    Group.objects.bulk_create(new)
    rewrite(
        Group.objects,
        [_group(change, year) for change in changes if change.kind is Kind.CHANGED],
        "label",
    )
    held = {code: group.pk for code, group in plan.held.groups.items()}
    groups = held | {group.code: group.pk for group in new}
    _write_divisions_of(changes, groups, divisions)
    return groups


def _group(change: GroupChange, year: int) -> Group:
    return Group(pk=change.pk, school_year_id=year, code=change.line.key, label=change.label)


def _write_divisions_of(changes: Iterable[GroupChange], groups: Keys, divisions: Keys) -> None:
    """Replace the divisions of the groups that change: two queries."""
    links = Group.divisions.through
    of = {groups[change.line.key]: change.divisions for change in changes}
    if of:
        links.objects.filter(group__in=of).delete()
        links.objects.bulk_create(
            [
                links(group_id=group, division_id=divisions[code])
                for group, codes in of.items()
                for code in sorted(codes)
            ]
        )
