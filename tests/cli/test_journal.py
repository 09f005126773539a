"""`livretpro journal`: verify and anchor."""

from pathlib import Path

import pytest
from django.conf import settings

from command_line import UAI, Run
from livretpro.journal.models import ChainHead, Entry, EntryValues


@pytest.fixture(autouse=True)
def own_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def test_a_trail_as_it_was_written_verifies(school: Run) -> None:
    anchored = school("journal", "anchor")
    answer = school("journal", "verify", "--json")

    entries = Entry.objects.count()
    assert (anchored.status, anchored.out) == (0, "Journaux ancrés : 1.\n")
    assert (answer.status, answer.data) == (
        0,
        {
            "etablissements": [
                {"uai": UAI, "entrees": entries, "ancres": 1, "valide": True, "constats": []}
            ]
        },
    )


def test_a_trail_that_was_changed_is_refused_and_says_where(school: Run) -> None:
    Entry.objects.filter(rank=2).update(author_name="Autre")

    answer = school("journal", "verify", "--uai", UAI)

    assert (answer.status, answer.err) == (1, "Le journal n’est plus tel qu’il a été écrit.\n")
    assert answer.out.splitlines() == [
        f"{UAI} : {Entry.objects.count()} entrées, 0 ancres, journal ROMPU.",
        "  L’entrée n° 2 a été modifiée ou déplacée.",
    ]


def test_a_trail_removed_whole_is_known_from_its_anchors(school: Run) -> None:
    school("journal", "anchor")
    EntryValues.objects.all().delete()
    Entry.objects.all().delete()
    ChainHead.objects.all().delete()

    answer = school("journal", "verify")

    assert answer.status == 1
    assert f"{UAI} : 0 entrées, 1 ancres, journal ROMPU." in answer.out


def test_what_is_kept_of_a_pupil_is_counted_then_erased(school: Run) -> None:
    counted = school("journal", "erase", "--uai", UAI, "--eleve", "101")
    erased = school("journal", "erase", "--uai", UAI, "--eleve", "101", "--apply")

    assert counted.out.endswith(" : 1 entrées gardent des valeurs (ajoutez --apply).\n")
    assert "valeurs effacées de 1 entrées" in erased.out
    assert school("journal", "verify").status == 0


def test_an_unknown_pupil_is_refused(school: Run) -> None:
    answer = school("journal", "erase", "--uai", UAI, "--eleve", "999", "--apply")

    assert (answer.status, "n’existe pas" in answer.err) == (1, True)
