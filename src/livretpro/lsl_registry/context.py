"""What the Registre knows of a school when a file arrives, from its own tables (spec 07)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import F

from livretpro.lsl_registry.models import HeldPeriodicity, Import
from livretpro.referentiels.queries import lsl_subjects
from livretpro.referentiels.rules import Level
from livretpro.rows import prepared
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
    (`with_outline`): five queries, whatever the number of pupils."""
    school, year = received.school, received.year
    row = SchoolYear.objects.get(school=school, year=year)
    pupils = standings(school, row)
    held = _held(row, on)
    locked = {one for one, closed in held.records.items() if closed is not None and closed >= year}
    context = Context(
        uai=school.uai,
        year=year,
        divisions=frozenset(held.divisions),
        pupils={
            number: known_pupil(one, locked=one.student_id in locked)
            for number, one in pupils.items()
        },
        accreditations=tuple(
            Accredited((publisher, application), frozenset(mefs) or None)
            for publisher, application, mefs in held.accreditations
        ),
        nomenclature={},
        open_levels=frozenset(
            told for level, told in YEARS.items() if level not in held.closed_levels
        ),
        chosen=received.chosen or None,
        senders={subject: (publisher, name) for subject, publisher, name in held.senders},
        cleared=frozenset((publisher, name) for publisher, name in held.clearances),
    )
    periods = {(annee, cfd, level): code for annee, cfd, level, code in held.periods}
    return Known(context, pupils, frozenset(held.records), tracks_of(school, year), periods)


class _Held(NamedTuple):
    """What `_HELD` answers: lists of rows, but for `records`, the year that closed each one by
    student."""

    divisions: list[str]
    records: dict[int, int | None]
    accreditations: list[tuple[str, str, list[str]]]
    closed_levels: list[str]
    senders: list[tuple[str, str, str]]
    clearances: list[tuple[str, str]]
    periods: list[tuple[int, str, str, str]]


def _held(row: SchoolYear, on: date) -> _Held:
    """What the tables of the Registre hold of a school, one query: an import begins with it."""
    asked: dict[str, int | date] = {
        "school": row.school_id,
        "row": row.pk,
        "year": row.year,
        "on": on,
    }
    with prepared() as cursor:
        cursor.execute(_HELD, asked)
        divisions, records, *more = cursor.fetchone()
    return _Held(divisions, dict(records), *more)


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


def divisions_of(school: School) -> list[Division]:
    """The divisions of the year at work, by code: one query."""
    at_work = SchoolYear.objects.filter(school=school, year=F("school__current_year"))
    return list(Division.objects.filter(school_year__in=at_work).order_by("code"))


_HELD = """
SELECT (SELECT coalesce(json_agg(code), '[]') FROM schools_division
         WHERE school_year_id = %(row)s),
       (SELECT coalesce(json_agg(json_build_array(student_id, closed_year)), '[]')
          FROM lsl_registry_record WHERE school_id = %(school)s),
       (SELECT coalesce(json_agg(json_build_array(publisher, application, mefs)), '[]')
          FROM lsl_registry_accreditation
         WHERE start <= %(on)s AND ("end" IS NULL OR "end" >= %(on)s)),
       (SELECT coalesce(json_agg(level), '[]') FROM lsl_registry_campaign
         WHERE year = %(year)s AND (opens > %(on)s OR closes < %(on)s)),
       (SELECT coalesce(json_agg(json_build_array(subject, publisher, application)), '[]')
          FROM lsl_registry_sender WHERE school_id = %(school)s),
       (SELECT coalesce(json_agg(json_build_array(publisher, application)), '[]')
          FROM lsl_registry_clearance WHERE school_id = %(school)s),
       (SELECT coalesce(json_agg(json_build_array(year, cfd, level, code)), '[]')
          FROM lsl_registry_heldperiodicity WHERE school_id = %(school)s)
"""
"""A level without dates is open."""
