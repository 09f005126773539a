"""Who stands in for whom: rights between two dates, and the subjects of the speciality."""

from datetime import date

import pytest

import factories
from livretpro.journal.models import Entry
from livretpro.schools.actors import actor_of
from livretpro.schools.lines import BadChoice, NotAllowed
from livretpro.schools.models import Membership, PrincipalTeacher, Staff, Substitution
from livretpro.schools.rules import Role
from livretpro.schools.subjects import substitutions, taught_subjects
from livretpro.schools.teaching import (
    add_by_hand,
    end_substitution,
    name_substitute,
    set_speciality_subjects,
)
from lycee import Lycee, found
from school_imports import journal

JANUARY, MARCH, JUNE = date(2026, 1, 12), date(2026, 3, 2), date(2026, 6, 1)


@pytest.fixture
def lycee(db: None) -> Lycee:
    """PETIT Zoé teaches TCIEL1; ROYER Anne nothing."""
    made = found({"TCIEL1": 1}, reference=False)
    for name in ("PETIT", "ROYER"):
        made.person(Role.ENSEIGNANT, name, {"PETIT": "Zoé", "ROYER": "Anne"}[name])
    Membership.objects.update(start=made.year.start)
    return made


def staff(name: str) -> Staff:
    return Staff.objects.get(last_name=name)


def divisions(lycee: Lycee, name: str, on: date) -> frozenset[int]:
    user = staff(name).user
    assert user
    actor = actor_of(user, lycee.school.uai, on=on)
    return actor.divisions if actor else frozenset()


def named(lycee: Lycee, start: date = JANUARY, end: date | None = MARCH) -> Substitution:
    return name_substitute(
        lycee.year, staff("PETIT"), staff("ROYER"), start=start, end=end, by=lycee.actor
    )


def test_a_substitute_has_the_divisions_between_the_dates_alone(lycee: Lycee) -> None:
    own = frozenset({lycee.division("TCIEL1").pk})
    named(lycee)

    got = [
        divisions(lycee, "ROYER", on=day)
        for day in (date(2026, 1, 11), JANUARY, MARCH, date(2026, 3, 3))
    ]

    assert got == [frozenset(), own, own, frozenset()]
    assert divisions(lycee, "PETIT", on=JANUARY) == own


def test_dates_of_another_substitute_open_nothing(lycee: Lycee) -> None:
    factories.staff("MOREL", "Luc", of=lycee.school)
    lycee.person(Role.ENSEIGNANT, "MOREL", "Luc")
    Membership.objects.update(start=lycee.year.start)
    named(lycee)
    name_substitute(
        lycee.year, staff("PETIT"), staff("MOREL"), start=JUNE, end=None, by=lycee.actor
    )

    got = [bool(divisions(lycee, name, on=JUNE)) for name in ("ROYER", "MOREL")]

    assert got == [False, True]


def test_the_charges_and_the_hand_lines_are_taken_over_too(lycee: Lycee) -> None:
    other = factories.division("1AUTRE", year=lycee.year)
    PrincipalTeacher.objects.create(staff=staff("PETIT"), division=other)
    add_by_hand(lycee.division("TCIEL1"), "40025519", staff("PETIT"), start=JANUARY, by=lycee.actor)
    named(lycee)

    user = staff("ROYER").user
    assert user
    actor = actor_of(user, lycee.school.uai, on=JANUARY)

    assert actor
    assert actor.principal_divisions == {other.pk}
    assert actor.by_hand == {(lycee.division("TCIEL1").pk, "40025519")}


@pytest.mark.parametrize(
    ("start", "end", "phrase"),
    [
        (MARCH, JANUARY, "La fin vient avant le début"),
        (date(2024, 1, 1), None, "Les dates doivent être dans l’année scolaire"),
        (JANUARY, date(2027, 1, 1), "Les dates doivent être dans l’année scolaire"),
    ],
)
def test_dates_that_cannot_be_are_refused(
    lycee: Lycee, start: date, end: date | None, phrase: str
) -> None:
    with pytest.raises(BadChoice, match=phrase):
        named(lycee, start, end)

    assert not Substitution.objects.exists()


def test_nobody_is_named_twice_nor_for_oneself(lycee: Lycee) -> None:
    named(lycee)

    with pytest.raises(BadChoice, match="remplace déjà"):
        named(lycee, MARCH, None)
    with pytest.raises(BadChoice, match="deux personnes différentes"):
        name_substitute(
            lycee.year, staff("PETIT"), staff("PETIT"), start=JUNE, end=None, by=lycee.actor
        )


def test_an_ended_substitution_gives_nothing_from_that_day(lycee: Lycee) -> None:
    line = named(lycee, JANUARY, None)

    end_substitution(line, by=lycee.actor, on=MARCH)
    end_substitution(line, by=lycee.actor, on=MARCH)

    assert divisions(lycee, "ROYER", on=date(2026, 3, 1)) != frozenset()
    assert divisions(lycee, "ROYER", on=MARCH) == frozenset()
    told = Entry.objects.filter(kind="specialite").order_by("rank")
    what = "ROYER Anne remplace PETIT Zoé du 12/01/2026"
    assert [(e.action, e.field, e.values_kept.before, e.values_kept.after) for e in told] == [
        ("cree", "suppléance", "", what),
        ("retire", "suppléance", what, ""),
    ]


def test_long_names_are_told_whole(lycee: Lycee) -> None:
    long = "DE LA ROCHEFOUCAULD-MONTBEL"
    Staff.objects.filter(last_name__in=["PETIT", "ROYER"]).update(first_name=long)

    named(lycee, JANUARY, None)

    told = Entry.objects.get(kind="specialite").values_kept.after
    assert told.startswith(f"ROYER {long} remplace PETIT {long} du ")


def test_one_that_had_not_begun_is_removed(lycee: Lycee) -> None:
    line = named(lycee, JUNE, None)

    end_substitution(line, by=lycee.actor, on=MARCH)

    assert list(substitutions(lycee.school, on=MARCH)) == []


def test_one_without_last_day_ends_with_the_school_year_and_the_journal_tells_it(
    lycee: Lycee,
) -> None:
    last_day = lycee.year.end
    dated = named(lycee, date(2025, 10, 1), date(2025, 11, 3))
    open_one = named(lycee, JANUARY, None)

    lycee.next_year({"TCIEL1": 1})

    open_one.refresh_from_db()
    dated.refresh_from_db()
    assert (open_one.end, dated.end) == (last_day, date(2025, 11, 3))
    assert list(substitutions(lycee.school, on=date(2026, 9, 1))) == []
    what = "ROYER Anne remplace PETIT Zoé du 12/01/2026"
    assert journal("specialite")[2:] == [
        ("clot", str(staff("PETIT").pk), "suppléance", what, f"{what} au {last_day:%d/%m/%Y}")
    ]


def test_one_named_before_another_of_the_same_two_is_kept(lycee: Lycee) -> None:
    named(lycee, JUNE, None)

    before = named(lycee, JANUARY, MARCH)

    assert substitutions(lycee.school, on=JANUARY)[0] == before


def test_only_heads_name_them(lycee: Lycee) -> None:
    with pytest.raises(NotAllowed):
        name_substitute(
            lycee.year,
            staff("PETIT"),
            staff("ROYER"),
            start=JANUARY,
            end=None,
            by=factories.actor(Role.ENSEIGNANT, of=lycee.school),
        )


def test_the_subjects_found_in_sts_are_listed_with_what_they_teach(lycee: Lycee) -> None:
    found_ones = {s.code: s for s in taught_subjects(lycee.school, lycee.year)}

    assert (found_ones["071100"].chosen, found_ones["071100"].divisions) == (True, 1)
    assert (found_ones["071000"].chosen, found_ones["071000"].services) == (True, 0)


def test_a_subject_taken_out_closes_the_livrets_at_the_next_request(lycee: Lycee) -> None:
    before = divisions(lycee, "PETIT", on=MARCH)

    changed = set_speciality_subjects(lycee.school, ["071000"], by=lycee.actor)
    lycee.school.refresh_from_db()

    assert (changed, len(before), divisions(lycee, "PETIT", on=MARCH)) == (True, 1, frozenset())
    with pytest.raises(BadChoice, match="au moins une"):
        set_speciality_subjects(lycee.school, [], by=lycee.actor)
    # Somebody else, who still sees both, takes the other one out: what was taken out stays out.
    with pytest.raises(BadChoice, match="au moins une"):
        set_speciality_subjects(
            lycee.school, ["071100"], shown=["071000", "071100"], by=lycee.actor
        )
