"""Records and verification, by the hands of a head."""

import pytest
from django.test import Client

import factories
import registry_factories as make
from livretpro.lsl_registry.models import Import, Record, RecordState
from livretpro.schools.rules import Role
from lycee import signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
RECORDS = f"/registre/{factories.UAI}/dossiers/"
RECORD = f"{RECORDS}1001/"
STATE = f"{RECORDS}etat/"
CELL = "c:2025.071100S.moyenne.1"
SESSION_AND_DOOR = 2 + 2


@pytest.fixture
def as_head() -> Client:
    make.room(2)
    make.received(make.document())
    factories.membership(role=Role.CHEF)
    return signed_in(factories.user())


def test_pupils_stand_by_division_with_the_state_of_their_records(as_head: Client) -> None:
    page = ReadPage(as_head.get(RECORDS))

    assert "NOM0001 Léa En saisie" in page.text
    assert "NOM0002 Léa rien reçu" in page.text
    assert "Verser les dossiers visés de terminale" in page.text


def test_a_record_is_read_typed_and_kept(as_head: Client) -> None:
    response = as_head.post(RECORD, {"version": "1", CELL: "14"})

    assert response["Location"] == RECORD
    assert 'value="14,00"' in as_head.get(RECORD).text
    history = ReadPage(as_head.get(f"{RECORD}historique/"))
    assert "Moyenne, période 1" in history.text
    assert "Version 1" in history.text


def test_a_competence_of_the_nomenclature_may_be_added(as_head: Client) -> None:
    assert 'name="c:2025.071100S.degre.5002"' in as_head.get(RECORD).text

    as_head.post(RECORD, {"version": "1", "c:2025.071100S.degre.5002": "4"})

    (evaluation,) = make.record_of().scolarites[0].evaluations
    assert {one.code: one.niveau for one in evaluation.competences} == {"5001": "3", "5002": "4"}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"version": "1", CELL: "douze"}, 422, "n’est pas un nombre"),
        ({"version": "1", CELL: "25"}, 422, "n’est pas accepté par les contrôles du LSL"),
        ({"version": "1", CELL: "1\x0b2"}, 422, "aucun fichier ne peut garder"),
        ({"version": "7", CELL: "14"}, 409, "a changé depuis que vous l’avez ouvert"),
        ({"version": "x", CELL: "14"}, 409, "a changé depuis que vous l’avez ouvert"),
    ],
)
def test_what_is_refused_is_said_and_stays_in_the_form(
    as_head: Client, body: dict[str, str], status: int, told: str
) -> None:
    response = as_head.post(RECORD, body)

    assert response.status_code == status
    assert told in ReadPage(response).text
    assert f'value="{body[CELL]}"' in response.text
    assert "Enregistré : 12,50" in ReadPage(response).text


@pytest.mark.parametrize(
    "key",
    [
        "2025.071100S.moyenne.un",
        "2025.071100S.moyenne.99999999999999999999",
        "2025.071100S.degre.\x00",
        "2025.071100S.degre.500",
        "1999.avis_pfmp.texte",
        "",
    ],
)
def test_a_place_that_no_cell_bears_takes_nothing(as_head: Client, key: str) -> None:
    assert as_head.post(RECORD, {"version": "1", f"c:{key}": "3"}).status_code == 302

    assert make.record_of() == make.eleve()


def test_records_are_signed_then_sent_and_can_no_longer_be_typed_in(as_head: Client) -> None:
    as_head.post(STATE, {"faire": "viser", "eleve": ["1001", "1002"]})
    as_head.post(STATE, {"faire": "verser", "niveau": "terminale"})

    assert Record.objects.get().state == RecordState.SENT
    page = as_head.get(RECORD)
    assert "disabled" in page.text
    assert "Enregistrer</button>" not in page.text
    assert as_head.post(RECORD, {"version": "1", CELL: "14"}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"faire": "détruire"}, {"faire": "verser", "niveau": "x"}])
def test_another_word_moves_nothing(as_head: Client, body: dict[str, str]) -> None:
    assert as_head.post(STATE, body).status_code == 404


def test_a_pupil_without_record_is_said_so(as_head: Client) -> None:
    assert "Rien n’a été reçu" in ReadPage(as_head.get(f"{RECORDS}1002/")).text
    assert "Rien n’a été reçu" in ReadPage(as_head.get(f"{RECORDS}1002/historique/")).text
    assert as_head.post(f"{RECORDS}1002/", {"version": "1"}).status_code == 200
    assert as_head.get(f"{RECORDS}9999/").status_code == 404


def test_the_integration_is_verified_beside_the_file(as_head: Client) -> None:
    address = f"/registre/{factories.UAI}/importer/{Import.objects.get().pk}/verifier/"
    as_head.post(RECORD, {"version": "1", CELL: "8"})

    page = ReadPage(as_head.get(address))
    assert "12,50 8,00" in page.text
    as_head.post(address)

    assert "Vérifiée le" in ReadPage(as_head.get(address)).text


def test_the_list_costs_the_same_whatever_the_pupils(as_head: Client) -> None:
    with queries(SESSION_AND_DOOR + 3):
        as_head.get(RECORDS)
