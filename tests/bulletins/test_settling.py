"""What two people change in one form: the table of what is kept, written, told."""

import pytest

from livretpro.bulletins.settling import Changed, Clash, settled

WORDS = {"nom": "nom", "adresse": "adresse"}


@pytest.mark.parametrize(
    ("typed", "seen", "stands", "after"),
    [
        ("A", "A", "A", "A"),
        ("B", "A", "A", "B"),
        ("A", "A", "C", "C"),
        ("C", "A", "C", "C"),
        ("", "A", "A", ""),
    ],
    ids=["left", "changed", "changed by the other", "same change", "emptied"],
)
def test_what_one_person_changed_stands(typed: str, seen: str, stands: str, after: str) -> None:
    found = settled({"nom": typed}, seen={"nom": seen}, stands={"nom": stands}, words=WORDS)

    assert found == {"nom": after}


def test_what_both_changed_is_told_and_nothing_is_written() -> None:
    with pytest.raises(Changed) as refused:
        settled(
            {"nom": "B", "adresse": "libre"},
            seen={"nom": "A", "adresse": ""},
            stands={"nom": "C", "adresse": ""},
            words=WORDS,
        )

    assert refused.value.clashes == (Clash("nom", "nom", "C", "B"),)


def test_fields_that_go_together_are_all_chosen() -> None:
    with pytest.raises(Changed):
        settled(
            {"nom": "A", "adresse": "b"},
            seen={"nom": "A", "adresse": "a"},
            stands={"nom": "C", "adresse": "a"},
            words=WORDS,
            together=True,
        )


def test_a_program_decides_on_what_stands() -> None:
    assert settled({"nom": "B"}, seen=None, stands={"nom": "C"}, words=WORDS) == {"nom": "B"}
