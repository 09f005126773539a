"""A school's own référentiel: saving a version, moving livrets to it, undoing the move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from livretpro.journal import actions as journal
from livretpro.livrets.actions.values import Forbidden
from livretpro.livrets.models import Degree, Livret, MovedLivret, PeriodDegree, VersionMove
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.storing import date_periods
from livretpro.livrets.versions import (
    Back,
    Move,
    degree_key,
    held_by,
    move_to,
    place_of,
    to_bring_back,
    to_move,
)
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.referentiels.own import keep_own_version
from livretpro.referentiels.queries import ASSESSED
from livretpro.referentiels.typed import Line
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear


class NotYourList(Forbidden):
    """Only the head and the DDFPT edit the list of a diploma."""

    phrase = "Seuls le chef d’établissement et le DDFPT modifient le référentiel d’un diplôme."


class AlreadyUndone(Exception):
    """The move no longer stands."""

    phrase = "Ce passage est déjà annulé : rien n’a changé."


@transaction.atomic
def save_version(
    diploma: Diploma,
    lines: Sequence[Line],
    *,
    seen: int | None,
    sigle: str = "",
    complete: bool,
    by: Actor,
) -> tuple[Referentiel, bool]:
    """Keep a list of competences as the school's newest version; says whether it is a new one.

    Raises `NotYourList`, `BadLines`, `Overtaken` or `NoCodeLeft` (see `keep_own_version`).
    """
    _allow(by)
    made = keep_own_version(
        by.school.uai,
        diploma.cfd,
        lines,
        seen=seen,
        sigle=sigle,
        complete=complete,
        author_name=by.author.name,
        subject=settings.LSL_SUBJECT_CODE,
    )
    if made.pk == seen:
        return made, False
    expected = ", ".join(line.code for line in lines if line.expected)
    told = expected if complete else f"{expected} (liste incomplète)"
    change = journal.Change(
        "cree", "referentiel", diploma.cfd, f"version {made.version}", "", told.strip()
    )
    journal.record([change], school_uai=by.school.uai, by=by.author)
    return made, True


@transaction.atomic
def move_livrets(year: SchoolYear, cfd: str, to: Referentiel, *, by: Actor) -> Move:
    """Bring the livrets of a year to a version: degrees kept for the codes that remain, the others
    set aside, not lost.

    Fifteen queries at most, whatever the number of livrets. A save under way ends before, one that
    comes after finds the new version. Raises `NotYourList`.
    """
    _allow(by)
    _lock(year, cfd)
    plan = move_to(to_move(year, cfd, to), to)
    if not plan.livrets:
        return plan
    move = VersionMove.objects.create(school_year=year, cfd=cfd, to=to, author_name=by.author.name)
    aside = plan.aside_of
    MovedLivret.objects.bulk_create(
        MovedLivret(
            move=move,
            livret=livret,
            origin=livret.referentiel,
            set_aside=aside.get(livret.pk, {}),
        )
        for livret in plan.livrets
    )
    ids = [livret.pk for livret in plan.livrets]
    _carry_degrees(ids, to)
    date_periods((pk, place_of(key)[0]) for pk, kept in aside.items() for key in kept)
    Livret.objects.filter(pk__in=ids).update(referentiel=to)
    journal.record([*_told(plan)], school_uai=by.school.uai, by=by.author)
    return plan


def _allow(by: Actor) -> None:
    if not can_configure(by):
        raise NotYourList


def _lock(year: SchoolYear, cfd: str) -> None:
    """The livrets, in the order every writer takes them."""
    rows = Livret.objects.select_for_update().filter(school_year=year, cfd=cfd).order_by("pk")
    list(rows.values_list("pk"))


def _carry_degrees(livrets: Sequence[int], to: Referentiel) -> None:
    """Give the degrees the competence of the same code in `to`; those without one go."""
    expected = Competence.objects.filter(referentiel=to, expected=True)
    assessed = Competence.objects.filter(ASSESSED, referentiel=to)
    _carry(Degree.objects.filter(livret__in=livrets), expected)
    _carry(PeriodDegree.objects.filter(livret__in=livrets), assessed)


def _carry(held: QuerySet[Any], competences: QuerySet[Competence]) -> None:
    code = Competence.objects.filter(pk=OuterRef(OuterRef("competence"))).values("code")
    same = competences.filter(code=Subquery(code))
    held.exclude(competence__code__in=competences.values("code")).delete()
    held.update(competence=Subquery(same.values("pk")[:1]))


def _told(plan: Move) -> Iterable[journal.Change]:
    for livret in plan.livrets:
        yield _version_change(livret, livret.referentiel, plan.to)
    for degree in plan.aside:
        yield _degree_change(degree.livret, degree.key, str(degree.value), "")


def _version_change(livret: Livret, before: Referentiel, after: Referentiel) -> journal.Change:
    return journal.Change(
        "modifie", "livret", str(livret.pk), "référentiel", str(before), str(after)
    )


def _degree_change(livret: Livret, key: str, before: str, after: str) -> journal.Change:
    return journal.Change("modifie", "livret", str(livret.pk), key, before, after)


@dataclass(frozen=True)
class Undone:
    """A move undone: how many livrets came back; those left, with the codes typed since."""

    back: int
    left: tuple[tuple[Livret, tuple[str, ...]], ...]


@transaction.atomic
def undo_move(move: VersionMove, *, by: Actor, now: datetime) -> Undone:
    """Bring livrets back to the version they came from, degrees set aside included.

    A livret where somebody typed, since, a degree that the former version has no place for is left
    where it is. Raises `NotYourList` or `AlreadyUndone`.
    """
    _allow(by)
    if not VersionMove.objects.filter(pk=move.pk, undone_at=None).update(undone_at=now):
        raise AlreadyUndone
    _lock(move.school_year, move.cfd)
    found = to_bring_back(move)
    held = held_by([back.moved.livret_id for back in found])
    since = {b.moved.livret_id: b.typed_since(held.get(b.moved.livret_id, ())) for b in found}
    coming = [back for back in found if not since[back.moved.livret_id]]
    for origin in {back.moved.origin for back in coming}:
        _bring_back([b for b in coming if b.moved.origin_id == origin.pk], origin)
    journal.record(
        [change for back in coming for change in _told_back(back, move.to)],
        school_uai=by.school.uai,
        by=by.author,
    )
    left = tuple(
        (b.moved.livret, tuple(since[b.moved.livret_id])) for b in found if b not in coming
    )
    return Undone(len(coming), left)


def _bring_back(coming: Sequence[Back], origin: Referentiel) -> None:
    ids = [back.moved.livret_id for back in coming]
    _carry_degrees(ids, origin)
    key_of = dict(Competence.objects.filter(referentiel=origin).values_list("code", "pk"))
    aside = [
        (back.moved.livret_id, *place_of(key), value)
        for back in coming
        for key, value in back.moved.set_aside.items()
    ]
    date_periods((livret, period) for livret, period, _, _ in aside)
    Degree.objects.bulk_create(
        Degree(livret_id=livret, competence_id=key_of[code], value=value)
        for livret, period, code, value in aside
        if not period
    )
    PeriodDegree.objects.bulk_create(
        PeriodDegree(livret_id=livret, number=period, competence_id=key_of[code], value=value)
        for livret, period, code, value in aside
        if period
    )
    Livret.objects.filter(pk__in=ids).update(referentiel=origin)


def _told_back(back: Back, after: Referentiel) -> Iterable[journal.Change]:
    yield _version_change(back.moved.livret, after, back.moved.origin)
    for key, value in back.moved.set_aside.items():
        yield _degree_change(back.moved.livret, degree_key(*place_of(key)), "", str(value))
