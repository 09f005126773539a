"""Two files told as a person reads them."""

from livretpro.lsl_export.changes import (
    Difference,
    PupilChanges,
    by_pupil,
    group_figures,
    lsl_codes_of,
)

GROUP = "Moyenne du groupe"


def changed(
    pupil: int, field: str, before: str = "1", after: str = "2", *, year: int = 2025
) -> Difference:
    """A field that changes."""
    return Difference(pupil, year, field, before, after)


def test_each_pupil_once_by_name_in_the_order_of_the_file() -> None:
    found = [changed(2, "Enseignants"), changed(1, "Enseignants"), changed(2, "Périodicité")]

    told = by_pupil(found, {1: "AUBRY Léa"}, {}, year=2025)

    assert told == (
        PupilChanges("Élève 2", (found[0], found[2])),
        PupilChanges("AUBRY Léa", (found[1],)),
    )


def test_a_livret_that_comes_in_is_one_line() -> None:
    presence = changed(1, "Livret", "", "présent")

    told = by_pupil([presence, changed(1, "Enseignants", "", "PETIT")], {1: "A"}, {}, year=2025)

    assert told == (PupilChanges("A", (presence,)),)


def test_a_livret_of_another_year_says_which_and_hides_nothing_of_this_one() -> None:
    found = [changed(1, "Livret", "", "présent", year=2024), changed(1, "Enseignants")]

    told = by_pupil(found, {1: "A"}, {}, year=2025)

    assert [d.field for d in told[0].differences] == ["Livret (2024-2025)", "Enseignants"]


def test_competences_are_said_in_words() -> None:
    found = [changed(1, "Compétence 5001"), changed(1, "Compétence 5002")]

    told = by_pupil(found, {1: "A"}, {"5001": "C08 Coder"}, year=2025)

    assert lsl_codes_of(found) == {"5001", "5002"}
    assert [d.field for d in told[0].differences] == ["C08 Coder", "Compétence 5002"]


def test_degrees_are_said_in_words() -> None:
    found = [changed(1, "Compétence 5001", "2", "3"), changed(1, "Compétence 5002", "", "4")]

    lines = by_pupil(found, {1: "A"}, {}, year=2025)[0].differences

    assert [(d.before, d.after) for d in lines] == [
        ("2, insuffisamment maîtrisée", "3, maîtrisée"),
        ("", "4, bien maîtrisée"),
    ]


def test_the_averages_of_groups_are_said_once_and_belong_to_nobody() -> None:
    found = [
        changed(1, GROUP, "12,00", "12,50"),
        changed(2, GROUP, "12,00", "12,50"),
        changed(3, GROUP, "", "12,50"),
    ]

    assert group_figures(found) == ((GROUP, "12,00", "12,50"),)
    assert by_pupil(found, {}, {}, year=2025) == ()
