"""The journal on screen: what each role reads, filters, pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

import livretpro
from livretpro.journal.actions import Author, Change, erase_values, record
from livretpro.partners.actions import create_client, revoke_client
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from livretpro.web.base.trail.views import ACTIONS
from lycee import UAI, Lycee, found, signed_in
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/ecole/{UAI}/journal/"
CAPTION = "Entrées du journal, de la plus récente à la plus ancienne"
ANNA = Author("anna.exemple", "Anna Exemple")


@pytest.fixture
def lycee() -> Lycee:
    """Two livrets hold an average."""
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def rows(client: Client, query: str = "") -> list[list[str]]:
    return ReadPage(client.get(PAGE + query)).rows(CAPTION)


def test_the_head_reads_who_changed_which_livret(as_head: Client) -> None:
    (first, *_) = rows(as_head, "?sorte=livret")

    assert first[1].startswith("ligne de commande")
    assert first[2] == "a modifié Livret de BENHADDOU Élève2, Prénom de l’enseignant 1"


def test_fields_and_values_of_a_livret_are_told_in_words(as_head: Client) -> None:
    told = [row[2:] for row in rows(as_head, "?sorte=livret")]

    assert [
        "a modifié Livret de BENHADDOU Élève2, Moyenne, trimestre 1",
        "rien",
        "12,50",
    ] in told
    assert [
        "a modifié Livret de BENHADDOU Élève2, Degré C01",
        "rien",
        "3, maîtrisée",
    ] in told


def _acts(source: Path) -> Iterator[str]:
    """The verbs of the changes that a module makes."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"Change", "change"}:
                yield str(node.args[0].value)


def test_every_act_has_its_words() -> None:
    sources = Path(str(livretpro.__file__)).parent.rglob("*.py")
    acts = {act for source in sources for act in _acts(source)}

    assert {"modifie", "importe", "annule"} <= acts
    assert acts - set(ACTIONS) == set()


def test_an_administrator_reads_who_opened_the_school_to_a_partner(lycee: Lycee) -> None:
    made = create_client("PRONOTE", by=lycee.actor)
    revoke_client(made.client, by=lycee.actor, now=timezone.now())
    administrator = signed_in(lycee.person(Role.ADMINISTRATEUR))

    told = [row[2] for row in rows(administrator, "?sorte=partenaire")]

    assert told == ["a révoqué Accès de PRONOTE, accès", "a ajouté Accès de PRONOTE, accès"]


def test_it_is_searched_by_person_and_by_date(lycee: Lycee, as_head: Client) -> None:
    record([Change("modifie", "livret", "1", "moyenne_1", "8", "9")], school_uai=UAI, by=ANNA)
    today = timezone.localdate().isoformat()

    assert len(rows(as_head, f"?qui=exemple&du={today}&au={today}")) == 1
    empty = ReadPage(as_head.get(f"{PAGE}?qui=exemple&au=2020-01-01")).text
    assert "Aucune entrée ne répond à cette recherche" in empty


def test_a_date_that_does_not_read_is_said(as_head: Client) -> None:
    answer = as_head.get(f"{PAGE}?du=demain")

    assert (answer.status_code, "Cette date ne se lit pas" in ReadPage(answer).text) == (422, True)


def test_it_turns_pages_and_keeps_the_search(lycee: Lycee, as_head: Client) -> None:
    changes = [Change("modifie", "livret", "1", f"c{n}", "8", "9") for n in range(60)]
    record(changes, school_uai=UAI, by=ANNA)

    newest = ReadPage(as_head.get(f"{PAGE}?qui=Exemple"))
    older = newest.links("Entrées plus anciennes")[0]

    assert (len(newest.rows(CAPTION)), len(rows(as_head, older))) == (50, 10)


def test_erased_values_show_that_they_are(lycee: Lycee, as_head: Client) -> None:
    record([Change("modifie", "livret", "7", "moyenne_1", "8", "9")], school_uai=UAI, by=ANNA)
    erase_values(school_uai=UAI, kind="livret", key="7", by=ANNA)

    assert [row[3:] for row in rows(as_head, "?qui=Exemple")] == [["", ""], ["effacé"]]


def test_another_school_reads_its_own(lycee: Lycee, as_head: Client) -> None:
    record([Change("modifie", "livret", "1")], school_uai="0990002P", by=ANNA)

    assert "Anna Exemple" not in ReadPage(as_head.get(PAGE)).text


@pytest.mark.parametrize("entries", [1, 3])
def test_it_costs_the_same_whatever_it_tells(
    lycee: Lycee,
    as_head: Client,
    entries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kinds = ("livret", "eleve", "compte", "personnel", "export", "specialite")
    changes = [Change("modifie", kind, str(n)) for kind in kinds for n in range(entries)]
    record(changes, school_uai=UAI, by=ANNA)

    with django_assert_num_queries(11):
        as_head.get(f"{PAGE}?qui=Exemple")


@pytest.mark.parametrize("query", ["?au=9999-12-31", "?du=0001-01-01", "?avant=" + "9" * 5000])
def test_the_ends_of_the_calendar_and_endless_numbers_are_read(as_head: Client, query: str) -> None:
    assert as_head.get(PAGE + query).status_code == 200
