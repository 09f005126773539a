"""Imports/Exports > PARTENAIRES > CPRO: prerequisites, repairs, import, undo, connection."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

import bulletin_factories as made
import factories
import partner_server
import school_to_import as scene
from livretpro.bulletins import jobs, remote
from livretpro.bulletins.models import (
    CproConnection,
    ImportBatch,
    Mockup,
    Service,
    TeacherGrade,
)
from livretpro.schools.models import Division
from livretpro.schools.rules import Role
from lycee import signed_in
from partner_server import DIVISIONS
from query_counts import queries
from read_page import ReadPage
from school_to_import import Ready

pytestmark = pytest.mark.django_db
CPRO = f"/bulletins/{factories.UAI}/cpro/"
SESSION_AND_DOOR = 2 + 2


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ready]:
    monkeypatch.setattr(remote, "PATIENT", remote.Patience(timeout=2, retries=0))
    with partner_server.running_suivi() as cpro:
        yield scene.school(cpro)


@pytest.fixture
def as_head(ready: Ready) -> Client:
    factories.membership(role=Role.CHEF)
    return signed_in(factories.user())


def run(client: Client, *divisions: Division, **more: str) -> ReadPage:
    """Ask for an import, have it done, open its page."""
    body = {"division": [d.pk for d in divisions], "periode": "1", "faire": "importer"} | more
    address = client.post(CPRO, body)["Location"]
    jobs.run_import(ImportBatch.objects.latest("pk").pk, on=timezone.localdate())
    return ReadPage(client.get(address))


def test_the_page_says_what_is_ready_and_what_blocks(ready: Ready, as_head: Client) -> None:
    scene.division(ready, "1A", 1)
    grouped = scene.division(ready, "1B", 2)
    made.service(into=grouped, label="Atelier")
    scene.division(ready, "2TNE", 3, periods=False)
    ready.cpro.replies[DIVISIONS][0].content["divisions"][-1]["diplomes"] = []

    page = ReadPage(as_head.get(CPRO))

    assert (
        "1 division sur 2 est prête. 1 est bloquée par 1 point, à réparer ici. "
        "1 n’a pas de bilan dans CPRO." in page.text
    )
    assert "Sans bilan dans CPRO Sans objet CPRO CPRO n’a pas de bilan pour cette" in page.text
    assert "Continuer avec 1 division" in page.text
    assert page.button("Regrouper en sous-services pour 1B") is not None
    ticked = page.main.xpath(".//input[@name='division']/@value")
    assert ticked == [str(Division.objects.get(code="1A").pk)]


def test_a_button_repairs_its_line(ready: Ready, as_head: Client) -> None:
    place = scene.division(ready)
    Mockup.objects.update(shows_teacher_grade=False)
    before = ReadPage(as_head.get(CPRO))

    answer = as_head.post(
        f"{CPRO}{place.pk}/reparer/",
        {"reparation": "options_maquette", "periode": "1"},
        follow=True,
    )

    assert "L’option « Note du professeur » manque" in before.text
    page = ReadPage(answer)
    assert "L’option « Note du professeur » manque" not in page.text
    assert page.messages() == [
        "La maquette montre les compétences, la note du professeur et les appréciations."
    ]


def test_an_unknown_repair_does_not_exist(ready: Ready, as_head: Client) -> None:
    place = scene.division(ready)

    answer = as_head.post(f"{CPRO}{place.pk}/reparer/", {"reparation": "tout", "periode": "1"})

    assert answer.status_code == 404


def test_an_import_is_asked_done_reported_then_undone(ready: Ready, as_head: Client) -> None:
    place = scene.division(ready)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001), scene.pupil_told(7777)])

    page = run(as_head, place)
    undone = ReadPage(
        as_head.post(f"{CPRO}imports/{ImportBatch.objects.get().pk}/annuler/", follow=True)
    )

    assert "4 valeurs créées, 0 modifiées" in page.text
    assert "Élèves de CPRO non reconnus ici (1)" in page.text
    assert "ELEVE7777 Léa : n° 7777" in page.text
    assert "Import annulé : 4 valeurs remises comme avant." in undone.text
    assert not TeacherGrade.objects.exists()


def test_a_dry_run_says_that_nothing_was_written(ready: Ready, as_head: Client) -> None:
    page = run(as_head, scene.division(ready), faire="blanc")

    assert "Rien n’a été écrit : voici ce que l’import ferait." in page.text
    assert "Annuler cet import" not in page.text
    assert not TeacherGrade.objects.exists()


def test_marks_on_both_sides_are_told(ready: Ready, as_head: Client) -> None:
    place = scene.division(ready)
    made.mark(Service.objects.get(), factories.student(1001))

    page = run(as_head, place)

    assert "dans « ENS.TECHNOL.PROFESS.CPRO »" in page.text
    assert "Des notes existent ici et dans CPRO" in page.text


def test_an_import_of_nothing_is_refused_and_keeps_the_choices(
    ready: Ready, as_head: Client
) -> None:
    scene.division(ready)

    answer = as_head.post(CPRO, {"periode": "1", "faire": "importer", "remplacer": "on"})

    page = ReadPage(answer)
    assert answer.status_code == 422
    assert "Choisissez au moins une division à importer." in page.text
    assert page.main.xpath(".//input[@name='remplacer']/@checked") == ["checked"]
    assert page.main.xpath(".//input[@name='division']/@checked") == []


def test_the_progress_is_asked_again_until_it_is_over(ready: Ready, as_head: Client) -> None:
    place = scene.division(ready)
    as_head.post(CPRO, {"division": place.pk, "periode": "1", "faire": "importer"})
    batch = ImportBatch.objects.get()
    address = f"{CPRO}imports/{batch.pk}/avancement/"

    running = as_head.get(address, headers={"HX-Request": "true"})
    jobs.run_import(batch.pk, on=timezone.localdate())
    over = as_head.get(address, headers={"HX-Request": "true"})

    assert "Import : 0 / 1 divisions" in running.content.decode()
    assert over["HX-Refresh"] == "true"


def test_without_connection_the_page_leads_to_its_settings(ready: Ready, as_head: Client) -> None:
    scene.division(ready)
    CproConnection.objects.all().delete()

    page = ReadPage(as_head.get(CPRO))

    assert page.links("Régler la connexion pour 1MELEC") == [f"{CPRO}connexion/"]


def test_the_connection_is_kept_without_showing_its_secret_then_tried(
    ready: Ready, as_head: Client
) -> None:
    body = {
        "adresse": ready.cpro.url,
        "identifiant": partner_server.CLIENT,
        "secret": partner_server.SECRET,
    }
    saved = as_head.post(f"{CPRO}connexion/", body, follow=True)

    tried = ReadPage(as_head.post(f"{CPRO}connexion/essai/", follow=True))

    assert partner_server.SECRET not in saved.content.decode()
    assert tried.messages() == ["CPRO répond, pour cet établissement et cette année."]
    assert "CPRO a répondu le" in tried.text


def test_a_wrong_secret_is_told(ready: Ready, as_head: Client) -> None:
    CproConnection.objects.all().delete()
    as_head.post(
        f"{CPRO}connexion/",
        {"adresse": ready.cpro.url, "identifiant": partner_server.CLIENT, "secret": "faux"},
    )

    tried = ReadPage(as_head.post(f"{CPRO}connexion/essai/", follow=True))

    assert tried.messages()[-1].startswith("CPRO refuse l’identifiant ou le secret")


def test_a_refused_address_stays_on_screen(ready: Ready, as_head: Client) -> None:
    answer = as_head.post(
        f"{CPRO}connexion/", {"adresse": "suivi", "identifiant": "clg", "secret": "s"}
    )

    page = ReadPage(answer)
    assert answer.status_code == 422
    assert page.main.xpath("//input[@name='adresse']/@value") == ["suivi"]
    assert page.main.xpath("//input[@name='secret']/@value") == []


def opened(client: Client) -> list[str]:
    return ReadPage(client.get(CPRO)).main.xpath(".//nav//a[@aria-current]/@href")


def test_the_page_opens_on_the_last_period_that_cpro_published(
    ready: Ready, as_head: Client
) -> None:
    scene.division(ready)
    made.period(2)
    told = ready.cpro.replies[DIVISIONS][0].content["divisions"][0]
    first = opened(as_head)

    told["periodes"].append(told["periodes"][0] | {"numero": 2})

    assert (first, opened(as_head)) == (["?periode=1"], ["?periode=2"])


def test_the_page_opens_on_the_period_at_work_as_long_as_cpro_published_none(
    ready: Ready, as_head: Client
) -> None:
    scene.division(ready, published=False)
    made.period(2)

    assert opened(as_head) == ["?periode=2"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_the_page_do_not_grow_with_the_divisions(
    ready: Ready, as_head: Client, count: int
) -> None:
    for number in range(1, count + 1):
        scene.division(ready, f"1D{number}", number)

    with queries(SESSION_AND_DOOR + 16):
        as_head.get(CPRO)
