"""The campaign: its dates, and who may still write outside them."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.livrets.actions import (
    BadCampaign,
    Closed,
    Forbidden,
    fill,
    record,
    set_campaign,
)
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.models import PeriodBilan, Periodicity
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.rules import Role
from lycee import CIEL, Lycee, found

JUNE = Campaign(date(2026, 5, 4), date(2026, 6, 12))


@pytest.mark.parametrize(
    ("campaign", "on", "phrase"),
    [
        (Campaign(), None, ""),
        (JUNE, date(2026, 5, 4), ""),
        (JUNE, date(2026, 6, 12), ""),
        (
            JUNE,
            date(2026, 5, 3),
            "La saisie ouvre le 04/05/2026 : d’ici là, vous consultez ce livret.",
        ),
        (JUNE, date(2026, 6, 13), "La saisie a fermé le 12/06/2026 : vous consultez ce livret."),
        (
            Campaign(closes=date(2026, 6, 12)),
            None,
            "La saisie a fermé le 12/06/2026 : vous consultez ce livret.",
        ),
    ],
)
def test_teachers_write_from_the_first_day_to_the_last(
    campaign: Campaign, on: date | None, phrase: str
) -> None:
    assert campaign.closed_on(on) == phrase


@pytest.mark.parametrize(
    ("on", "soon"),
    [
        (date(2026, 6, 4), False),
        (date(2026, 6, 5), True),
        (date(2026, 6, 12), True),
        (date(2026, 6, 13), False),
        (None, False),
    ],
)
def test_a_closing_is_near_for_its_last_seven_days(on: date | None, *, soon: bool) -> None:
    assert JUNE.closes_soon(on) is soon


@pytest.fixture
def lycee(db: None) -> Lycee:
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    return made


def teacher(lycee: Lycee) -> Actor:
    """A teacher today, which the year at work bounds to its last day."""
    user, today = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"), timezone.localdate()
    actor = actor_of(user, lycee.school.uai, on=today)
    assert actor is not None
    return actor


def dated(lycee: Lycee, campaign: Campaign) -> bool:
    return set_campaign(lycee.year, CIEL, Level.TERMINALE, campaign, by=lycee.actor)


def test_the_head_sets_the_dates_and_the_journal_tells_them_once(lycee: Lycee) -> None:
    assert (dated(lycee, JUNE), dated(lycee, JUNE)) == (True, False)

    assert Periodicity.objects.get().campaign == JUNE
    told = Entry.objects.filter(kind="periodicite", field="campagne").select_related("values_kept")
    assert [(e.values_kept.before, e.values_kept.after) for e in told] == [
        ("", "du 04/05/2026 au 12/06/2026")
    ]


@pytest.mark.parametrize(
    ("campaign", "phrase"),
    [
        (
            Campaign(date(2026, 6, 12), date(2026, 6, 11)),
            "La fermeture ne peut pas précéder l’ouverture.",
        ),
        (
            Campaign(closes=date(2027, 1, 1)),
            "La campagne tient dans l’année scolaire, du 01/09/2025 au 31/08/2026.",
        ),
    ],
)
def test_dates_that_cannot_be_are_refused(lycee: Lycee, campaign: Campaign, phrase: str) -> None:
    with pytest.raises(BadCampaign, match=phrase):
        dated(lycee, campaign)

    assert Periodicity.objects.get().campaign == Campaign()


def test_a_level_without_periodicity_has_no_campaign(lycee: Lycee) -> None:
    with pytest.raises(BadCampaign, match="Choisissez d’abord trimestres ou semestres"):
        set_campaign(lycee.year, CIEL, Level.PREMIERE, JUNE, by=lycee.actor)


def test_a_teacher_sets_no_campaign(lycee: Lycee) -> None:
    with pytest.raises(Forbidden):
        set_campaign(
            lycee.year,
            CIEL,
            Level.TERMINALE,
            JUNE,
            by=replace(lycee.actor, roles=frozenset({Role.ENSEIGNANT})),
        )


def test_a_teacher_writes_inside_the_campaign_and_the_head_always(lycee: Lycee) -> None:
    dated(lycee, Campaign(closes=date(2025, 12, 12)))
    in_time = replace(teacher(lycee), on=date(2025, 12, 12))
    late = replace(in_time, on=date(2025, 12, 13))
    pupil = lycee.enrolment(1001)

    record(pupil, "moyenne_1", "12", by=in_time)
    with pytest.raises(Closed, match="La saisie a fermé le 12/12/2025"):
        record(pupil, "moyenne_1", "13", by=late)
    refused = fill(lycee.year, "eleve_id;moyenne_1\n1001;13", by=late, apply=True)

    assert [error.phrase for error in refused.errors] == [
        "La saisie a fermé le 12/12/2025 : vous consultez ce livret."
    ]
    assert PeriodBilan.objects.get().average == 12
    record(pupil, "moyenne_1", "14", by=lycee.actor)
    assert PeriodBilan.objects.get().average == 14


def test_today_is_bounded_to_the_school_year(lycee: Lycee) -> None:
    dated(lycee, Campaign(closes=lycee.year.end))

    record(lycee.enrolment(1001), "moyenne_1", "12", by=teacher(lycee))

    assert PeriodBilan.objects.get().average == 12
