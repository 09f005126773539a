"""What the Registre knows of a school when a file arrives, from its own tables (spec 07)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import F, Q

from livretpro.lsl_registry.models import (
    Accreditation,
    Campaign,
    Clearance,
    HeldPeriodicity,
    Import,
    Record,
    Sender,
)
from livretpro.referentiels.queries import lsl_subjects
from livretpro.referentiels.rules import Level, classify
from livretpro.schools.models import Division, Enrolment, School, SchoolYear
from livretpro.schools.standing import Standing, standings
from lsl_rules import Accreditation as Accredited
from lsl_rules import Context, Outline, Year, known_pupil, subjects_of

YEARS = {Level.PREMIERE: Year.PREMIERE, Level.TERMINALE: Year.TERMINALE}
Track = tuple[str, str]
"""Diploma and level."""


@dataclass(frozen=True)
class Known:
    """The context of a file, the pupils by SIECLE identifier, where each MEF leads, and the
    code-periode held by year, diploma and level."""

    context: Context
    pupils: Mapping[int, Standing]
    tracks: Mapping[tuple[int, str], Track]
    periods: Mapping[tuple[int, str, str], str]

    def track(self, year: int, mef: str) -> Track | None:
        """Diploma and level of a MEF in a year, None when it is not one of those with a livret."""
        if found := self.tracks.get((year, mef)):
            return found
        told = classify(mef)
        return (told.cfd, told.level.value) if told.level and told.cfd else None


def known_for(received: Import, *, on: date) -> Known:
    """All that is needed to judge a file at the day it came, but for what takes knowing its MEF
    (`with_outline`): a dozen queries, whatever the number of pupils."""
    school, year = received.school, received.year
    row = SchoolYear.objects.get(school=school, year=year)
    pupils = standings(school, row)
    tracks = _tracks(school, year)
    closed = Record.objects.filter(school=school, closed_year__gte=year)
    locked = set(closed.values_list("student", flat=True))
    context = Context(
        uai=school.uai,
        year=year,
        divisions=frozenset(row.divisions.values_list("code", flat=True)),
        pupils={
            number: known_pupil(one, locked=one.student_id in locked)
            for number, one in pupils.items()
        },
        accreditations=_accreditations(on),
        nomenclature={},
        open_levels=_open_levels(year, on),
        chosen=received.chosen or None,
        senders={
            one.subject: (one.publisher, one.application)
            for one in Sender.objects.filter(school=school)
        },
        cleared=frozenset(
            Clearance.objects.filter(school=school).values_list("publisher", "application")
        ),
    )
    return Known(context, pupils, tracks, periods_held(school))


def with_outline(known: Known, outline: Outline, school: School) -> Known:
    """The same with what the MEF of the file and of the school lead to, this year and the year
    before, their subjects and the code-periode held: four queries at most."""
    year = known.context.year
    couples = {*known.tracks, *outline.mefs}
    tracks = {couple: track for couple in couples if (track := known.track(*couple))}
    periods = {
        (annee, mef): known.periods[annee, *track]
        for (annee, mef), track in tracks.items()
        if (annee, *track) in known.periods
    }
    codes = lsl_subjects(
        {mef for _, mef in couples},
        (year, year - 1),
        school_uai=school.uai,
        own_subject=(settings.LSL_SUBJECT_CODE, settings.LSL_ELECTION_MODE),
    )
    context = replace(
        known.context, nomenclature=subjects_of(codes), periods=periods, tracks=tracks
    )
    return replace(known, context=context)


def _tracks(school: School, year: int) -> dict[tuple[int, str], Track]:
    """Where the MEF of the year and of the one before lead: one query."""
    held = Enrolment.objects.filter(
        school_year__school=school, school_year__year__in=(year, year - 1)
    ).exclude(Q(mef="") | Q(cfd="") | Q(level=""))
    rows = held.values_list("school_year__year", "mef", "cfd", "level").distinct()
    return {(annee, mef): (cfd, level) for annee, mef, cfd, level in rows}


def periods_held(school: School) -> dict[tuple[int, str, str], str]:
    """The code-periode held by year, diploma and level: one query."""
    rows = HeldPeriodicity.objects.filter(school=school)
    return {(one.year, one.cfd, one.level): one.code for one in rows}


def _accreditations(on: date) -> tuple[Accredited, ...]:
    active = Accreditation.objects.filter(Q(end=None) | Q(end__gte=on), start__lte=on)
    return tuple(
        Accredited((one.publisher, one.application), frozenset(one.mefs) or None) for one in active
    )


def _open_levels(year: int, on: date) -> frozenset[Year]:
    """A level without dates is open."""
    rows = Campaign.objects.filter(year=year)
    closed = {
        one.level
        for one in rows
        if (one.opens and on < one.opens) or (one.closes and on > one.closes)
    }
    return frozenset(told for level, told in YEARS.items() if level not in closed)


def divisions_of(school: School) -> list[Division]:
    """The divisions of the year at work, by code: one query."""
    at_work = SchoolYear.objects.filter(school=school, year=F("school__current_year"))
    return list(Division.objects.filter(school_year__in=at_work).order_by("code"))
