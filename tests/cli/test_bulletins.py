"""`bulletins check`, `import` and `undo` against a CPRO that answers over HTTP."""

from collections.abc import Iterator

import pytest

import partner_server
import school_to_import as scene
from command_line import UAI, Run
from livretpro.bulletins import remote
from livretpro.bulletins.models import Mockup, TeacherGrade
from partner_server import Reply
from school_to_import import Ready


@pytest.fixture
def ready(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ready]:
    monkeypatch.setattr(remote, "PATIENT", remote.Patience(timeout=2, retries=0))
    with partner_server.running_suivi() as cpro:
        yield scene.school(cpro)


def test_a_division_is_checked_line_by_line(ready: Ready, run: Run) -> None:
    scene.division(ready)
    Mockup.objects.update(shows_teacher_grade=False)

    told = run("bulletins", "check", "--uai", UAI, "--division", "1MELEC")

    assert told.status == 0
    assert (
        "  AVERTISSEMENT Maquette : L’option « Note du professeur » manque : les moyennes ne "
        "paraîtront pas. [Ajouter les options]\n" in told.out
    )


def test_a_blocked_division_is_a_refusal_with_its_data(ready: Ready, run: Run) -> None:
    scene.division(ready, published=False)

    told = run("bulletins", "check", "--uai", UAI, "--division", "1MELEC", "--json")

    assert (told.status, told.err) == (1, "L’import est bloqué pour 1MELEC.\n")
    assert [
        line["controle"] for line in told.data[0]["controles"] if line["etat"] == "bloquant"
    ] == ["cpro"]


def test_an_import_is_tried_done_then_undone(ready: Ready, run: Run) -> None:
    scene.division(ready)
    words = ("bulletins", "import", "--uai", UAI, "--periode", 1, "--division", "1MELEC")

    tried = run(*words, "--dry-run", "--json")
    written = TeacherGrade.objects.count()
    done = run(*words)
    undone = run("bulletins", "undo", "--uai", UAI)
    again = run("bulletins", "undo", "--uai", UAI)

    assert (tried.status, tried.data["divisions"][0]["crees"], written) == (0, 4, 0)
    assert (done.status, done.out) == (
        0,
        "1MELEC : 4 créées, 0 modifiées, 0 retirées, 0 inchangées, 0 gardées.\n",
    )
    assert "annulé : 4 valeurs remises comme avant." in undone.out
    assert (again.status, TeacherGrade.objects.count()) == (1, 0)


def test_a_division_that_fails_is_told_and_the_others_are_imported(ready: Ready, run: Run) -> None:
    scene.division(ready, "1A", 1)
    scene.division(ready, "1B", 2)
    scene.fails(ready, "1B", Reply(b"<html>"))

    told = run(
        "bulletins", "import", "--uai", UAI, "--periode", 1, "--division", "1A", "1B", "--json"
    )

    assert (told.status, told.err) == (1, "Non importées : 1B. Les autres le sont.\n")
    assert [one["etat"] for one in told.data["divisions"]] == ["fait", "echec"]


@pytest.mark.parametrize("number", ["-1", "0", "4", "99999", "9" * 30])
def test_a_period_that_no_year_has_is_refused(ready: Ready, run: Run, number: str) -> None:
    scene.division(ready)
    words = ("import", "--uai", UAI, f"--periode={number}", "--division", "1MELEC", "--json")

    told = run("bulletins", *words)

    phrase = f"Il n’y a pas de période n° {number} : choisissez 1, 2 ou 3."
    assert (told.status, told.data["refus"]) == (1, phrase)


def test_a_division_that_does_not_exist_is_refused(ready: Ready, run: Run) -> None:
    told = run("bulletins", "import", "--uai", UAI, "--periode", 1, "--division", "9Z", "--json")

    assert (told.status, told.data["refus"]) == (1, "La division « 9Z » n’existe pas en 2025-2026.")
