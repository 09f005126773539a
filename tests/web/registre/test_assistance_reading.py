"""The assistance académique in the schools: it reads, changes nothing, and unlocks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

import factories
import registry_factories as make
from livretpro.journal.models import Entry
from livretpro.lsl_registry.authority import assist, dismiss
from livretpro.lsl_registry.editing import edit
from livretpro.lsl_registry.models import Import, Record, RecordState
from livretpro.lsl_registry.permissions import NotAllowed
from livretpro.lsl_registry.readers import assisting
from livretpro.lsl_registry.receiving import Deposit, receive
from livretpro.lsl_registry.records import move, record_of
from livretpro.lsl_registry.verification import verify
from livretpro.schools.actors import command_author
from livretpro.schools.rules import Role
from lycee import signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
SCHOOL = f"/registre/{factories.UAI}/"
RECORD = f"{SCHOOL}dossiers/1001/"
CELL = "c:2025.071100S.moyenne.1"


@pytest.fixture
def user():
    found = factories.user("anne.assistance")
    assist(found, by=command_author(), now=timezone.now())
    return found


@pytest.fixture
def assistant(user) -> Client:
    make.room(2)
    make.received(make.document())
    return signed_in(user)


def test_every_school_is_read_from_the_page_of_the_assistance(assistant: Client) -> None:
    page = assistant.get("/registre/assistance/").text

    assert f'href="{SCHOOL}importer/"' in page
    assert f'href="{SCHOOL}dossiers/"' in page


def test_imports_bilans_and_records_are_read_without_a_form(assistant: Client) -> None:
    received = f"{SCHOOL}importer/{Import.objects.get().pk}/"
    addresses = (f"{SCHOOL}importer/", received, f"{received}verifier/", f"{SCHOOL}dossiers/")

    for address in (*addresses, RECORD, f"{RECORD}historique/"):
        page = assistant.get(address)
        assert (page.status_code, "lecture seule" in page.text) == (200, True)
        menu, main = page.text.split("<main")
        assert 'href="/registre/assistance/"' in menu
        assert "<button" not in main
        assert 'type="checkbox"' not in main
    assert "Enregistrer</button>" not in assistant.get(RECORD).text


def test_a_bilan_taken_away_is_told_in_the_journal_of_the_school(assistant: Client) -> None:
    received = Import.objects.get().pk

    assert assistant.get(f"{SCHOOL}importer/{received}/bilan/").status_code == 200

    told = Entry.objects.get(school_uai=factories.UAI, action="telecharge")
    assert told.author_id == "anne.assistance"


def test_nothing_is_changed_there(assistant: Client) -> None:
    received = Import.objects.get()
    file = SimpleUploadedFile("a.xml", make.content(make.document()))
    sent = {
        f"{SCHOOL}importer/": {"fichiers": file},
        f"{SCHOOL}importer/{received.pk}/verifier/": {},
        RECORD: {"version": "1", CELL: "14"},
        f"{SCHOOL}dossiers/etat/": {"faire": "viser", "eleve": "1001.1"},
        f"{SCHOOL}jetons/": {"nom": "AUTRE"},
    }

    assert [assistant.post(path, body).status_code for path, body in sent.items()] == [403] * 5
    assert make.record_of() == make.eleve()


def test_no_action_takes_a_reader_for_a_head(user) -> None:
    room = make.room()
    received = make.received(make.document()).received
    reader = assisting(user, factories.school())
    held = record_of(room.year, 1001, by=reader)

    for act in (
        lambda: receive(Deposit([("a.xml", b"<a/>")], ""), by=reader),
        lambda: edit(held, {}, seen=1, by=reader),
        lambda: move(room.year, "viser", {1001: 1}, by=reader),
        lambda: verify(received, by=reader),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_record_sent_is_unlocked_from_its_page(assistant: Client) -> None:
    assert "Déverrouiller" not in assistant.get(RECORD).text
    Record.objects.update(state=RecordState.SENT, closed_year=factories.YEAR)
    assert "Déverrouiller" in assistant.get(RECORD).text

    sent = {"faire": "deverrouiller", "uai": factories.UAI, "eleve": "1001"}
    said = ReadPage(assistant.post("/registre/assistance/", sent, follow=True))

    assert "est déverrouillé" in said.text
    assert Record.objects.get().state == RecordState.TYPING


def test_who_is_dismissed_reads_nothing_more(assistant: Client, user) -> None:
    dismiss(user, by=command_author(), now=timezone.now())

    assert signed_in(user).get(RECORD).status_code == 404
    assert assistant.get(RECORD).status_code == 302


def test_an_unknown_school_does_not_exist(assistant: Client) -> None:
    assert assistant.get("/registre/0999999Z/dossiers/").status_code == 404
    assert assistant.get("/registre/rien/dossiers/").status_code == 404


def test_who_is_also_a_head_keeps_the_rights_of_a_head(assistant: Client, user) -> None:
    factories.membership(user, role=Role.CHEF)

    assert assistant.post(RECORD, {"version": "1", CELL: "14"}).status_code == 302


def test_who_is_also_a_teacher_there_reads_all(assistant: Client, user) -> None:
    factories.membership(user, role=Role.ENSEIGNANT)

    assert assistant.get(RECORD).status_code == 200


def test_a_reader_costs_four_queries_at_the_door(assistant: Client) -> None:
    with queries(2 + 4 + 3):
        assistant.get(f"{SCHOOL}dossiers/")
