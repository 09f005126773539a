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
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, School, SchoolYear
from livretpro.schools.standing import Standing, standings
from livretpro.schools.tracks import Tracks, tracks_of
from lsl_rules import Accreditation as Accredited
from lsl_rules import Context, Outline, Year, informed, known_pupil, mefs_asked

YEARS = {Level.PREMIERE: Year.PREMIERE, Level.TERMINALE: Year.TERMINALE}


@dataclass(frozen=True)
class Known:
    """The context of a file, the pupils by SIECLE identifier, those of whom a record is held, by
    the identifier that it bears, where each MEF leads, and the code-periode held by year, diploma
    and level."""

    context: Context
    pupils: Mapping[int, Standing]
    recorded: frozenset[int]
    tracks: Tracks
    periods: Mapping[tuple[int, str, str], str]


def known_for(received: Import, *, on: date) -> Known:
    """All that is needed to judge a file at the day it came, but for what takes knowing its MEF
    (`with_outline`): a dozen queries, whatever the number of pupils."""
    school, year = received.school, received.year
    row = SchoolYear.objects.get(school=school, year=year)
    pupils = standings(school, row)
    held = dict(Record.objects.filter(school=school).values_list("student", "closed_year"))
    locked = {student for student, closed in held.items() if closed is not None and closed >= year}
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
    return Known(context, pupils, frozenset(held), tracks_of(school, year), periods_held(school))


def with_outline(known: Known, outline: Outline, school: School) -> Known:
    """The same with what the MEF that the file asks for lead to, their subjects and the
    code-periode held: four queries at most."""
    year = known.context.year
    couples = mefs_asked(outline, known.context)
    codes = lsl_subjects(
        {mef for _, mef in couples},
        (year, year - 1),
        school_uai=school.uai,
        own_subject=(settings.LSL_SUBJECT_CODE, settings.LSL_ELECTION_MODE),
    )
    context = informed(known.context, codes, known.tracks.among(couples), known.periods)
    return replace(known, context=context)


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
