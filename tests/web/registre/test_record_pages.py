"""Records and verification, by the hands of a head."""

from datetime import date

import pytest
from django.test import Client

import factories
import registry_factories as make
from livret_factories import pupil
from livretpro.lsl_registry import verification
from livretpro.lsl_registry.cells import cells
from livretpro.lsl_registry.models import Import, Record, RecordState
from livretpro.referentiels.models import Nomenclature, NomenclatureCode
from livretpro.schools.models import School
from livretpro.schools.rules import Role
from lycee import signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
RECORDS = f"/registre/{factories.UAI}/dossiers/"
RECORD = f"{RECORDS}1001/"
STATE = f"{RECORDS}etat/"
CELL = "c:2025.071100S.moyenne.1"
TEXT = "c:2025.071100S.annuelle"
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
    assert "NOM0002 Léa pas de dossier" in page.text
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


def test_a_competence_bears_the_words_of_the_file_of_its_school(as_head: Client) -> None:
    for uai, label in ((factories.OTHER_UAI, "C1 Ailleurs"), (factories.UAI, "C1 Ici")):
        own = Nomenclature.objects.create(
            name=uai, provisional=False, digest=uai, millesimes=[2025], school_uai=uai
        )
        NomenclatureCode.objects.create(
            nomenclature=own,
            millesime=2025,
            mef=factories.MEF_TERMINALE,
            subject="071100",
            mode="S",
            code="5001",
            label=label,
        )

    page = ReadPage(as_head.get(RECORD)).text

    assert "5001 C1 Ici" in page
    assert "5002" not in page


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
    as_head.post(STATE, {"faire": "viser", "eleve": ["1001.1", "1002."]})
    as_head.post(STATE, {"faire": "verser", "niveau": "terminale", "annee": "2025"})

    assert Record.objects.get().state == RecordState.SENT
    page = as_head.get(RECORD)
    assert "disabled" in page.text
    assert "Enregistrer</button>" not in page.text
    assert as_head.post(RECORD, {"version": "1", CELL: "14"}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"faire": "détruire"},
        {"faire": "verser", "niveau": "x", "annee": "2025"},
        {"faire": "verser", "niveau": "terminale"},
    ],
)
def test_another_word_moves_nothing(as_head: Client, body: dict[str, str]) -> None:
    assert as_head.post(STATE, body).status_code == 404


def test_a_pupil_without_record_is_said_so(as_head: Client) -> None:
    told = "Aucun dossier n’est ouvert pour cet élève"

    assert told in ReadPage(as_head.get(f"{RECORDS}1002/")).text
    assert told in ReadPage(as_head.get(f"{RECORDS}1002/historique/")).text
    assert as_head.get(f"{RECORDS}9999/").status_code == 404


@pytest.mark.parametrize("archived", [True, False])
def test_what_was_typed_in_a_record_gone_meanwhile_is_shown_back(
    as_head: Client, archived: bool
) -> None:
    if archived:
        Record.objects.update(archived_at=date(2026, 9, 8), closed_year=factories.YEAR)
    else:
        Record.objects.all().delete()

    response = as_head.post(RECORD, {"version": "1", CELL: "14", "c:2025.071100S.effectif": ""})

    page = ReadPage(response)
    assert response.status_code == 409
    assert "a été archivé ou supprimé depuis que vous l’avez lu" in page.text
    assert "Moyenne, période 1" in page.text
    assert 'value="14"' in response.text
    assert "Effectif" not in page.text
    assert "Enregistrer</button>" not in response.text


def test_a_conflict_shows_both_values_and_only_what_was_typed(as_head: Client) -> None:
    form = {f"c:{cell.key}": cell.value for cell in cells(make.eleve())}
    as_head.post(RECORD, {"version": "1", CELL: "15", TEXT: ""})

    response = as_head.post(RECORD, {**form, "version": "1", TEXT: "Mieux."})

    page = ReadPage(response)
    assert response.status_code == 409
    assert "Mieux. Enregistré : rien" in page.text
    assert 'value="15,00"' in response.text
    assert page.text.count("Enregistré :") == 1
    as_head.post(RECORD, {**form, "version": "2", CELL: "15,00", TEXT: "Mieux."})
    (evaluation,) = make.record_of().scolarites[0].evaluations
    assert (evaluation.periodiques[0].moyenne, evaluation.annuelle) == (15, "Mieux.")


def test_a_refusal_over_another_version_keeps_what_others_changed(as_head: Client) -> None:
    form = {f"c:{cell.key}": cell.value for cell in cells(make.eleve())}
    as_head.post(RECORD, {"version": "1", CELL: "15"})

    response = as_head.post(RECORD, {**form, "version": "1", TEXT: "a" * 301})

    assert response.status_code == 422
    assert 'value="15,00"' in response.text
    assert 'name="version" value="2"' in response.text


def test_a_record_that_changed_is_to_be_read_again_before_it_is_signed(as_head: Client) -> None:
    assert 'name="eleve" value="1001.1"' in as_head.get(RECORDS).text
    assert 'name="eleve" value="1001.1"' in as_head.get(RECORD).text
    as_head.post(RECORD, {"version": "1", CELL: "15"})

    response = as_head.post(STATE, {"faire": "viser", "eleve": "1001.1"}, follow=True)

    assert "le dossier a changé depuis votre lecture : NOM0001 Léa" in ReadPage(response).text
    assert Record.objects.get().state == RecordState.TYPING


def test_those_gone_stand_under_their_year(as_head: Client) -> None:
    School.objects.update(current_year=factories.YEAR + 1)
    following = factories.school_year(year=factories.YEAR + 1)
    pupil(2, into=factories.division("TMELEC", year=following))

    page = ReadPage(as_head.get(RECORDS))

    assert "TMELEC, 2025-2026" in page.text
    assert "Verser les dossiers visés de terminale, 2025-2026" in page.text
    assert "TMELEC, 2025-2026" in ReadPage(as_head.get(RECORD)).text


def test_the_integration_is_verified_beside_the_file(as_head: Client) -> None:
    address = f"/registre/{factories.UAI}/importer/{Import.objects.get().pk}/verifier/"
    as_head.post(RECORD, {"version": "1", CELL: "8"})

    page = ReadPage(as_head.get(address))
    assert "12,50 8,00" in page.text
    as_head.post(address)

    assert "Vérifiée le" in ReadPage(as_head.get(address)).text


def test_a_large_file_is_verified_by_its_differences_first(
    as_head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "MOST", 1)
    received = make.received(make.document(make.eleve(1001), make.eleve(1002))).received
    as_head.post(RECORD.replace("1001", "1002"), {"version": "1", CELL: "8"})

    page = ReadPage(as_head.get(f"/registre/{factories.UAI}/importer/{received.pk}/verifier/"))

    assert [row[0] for row in page.rows("Le fichier et les dossiers")] == ["NOM0002 Léa"]
    assert "1 élève sur 2 sans différence" in page.text
    assert "Cette page montre 1 élève, d’abord ceux dont le dossier diffère" in page.text
    assert "diffère aussi" not in page.text
    as_head.post(RECORD, {"version": "1", CELL: "9"})
    both = ReadPage(as_head.get(f"/registre/{factories.UAI}/importer/{received.pk}/verifier/"))
    assert "1 autre diffère aussi." in both.text


def test_the_list_costs_the_same_whatever_the_pupils(as_head: Client) -> None:
    with queries(SESSION_AND_DOOR + 3):
        as_head.get(RECORDS)
