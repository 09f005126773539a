"""The page of the assistance académique: accreditations, campaign, changes of software, locks."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

import factories
import registry_factories as make
from livretpro.accounts.actions import BadCode, issue_code, notices_to_show, user_of_code
from livretpro.journal.actions import Author
from livretpro.journal.models import Entry
from livretpro.lsl_registry.authority import assist
from livretpro.lsl_registry.models import (
    Accreditation,
    Assistant,
    Campaign,
    Clearance,
    HeldPeriodicity,
    Record,
    RecordState,
)
from livretpro.schools.actors import command_line
from livretpro.schools.models import School
from livretpro.schools.people import WorksElsewhere, reset_account
from livretpro.schools.rules import Role
from lycee import signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
PAGE = "/registre/assistance/"
SESSION = 2
SEARCH = 1
"""The school that the box at the top searches."""


@pytest.fixture
def assistant() -> Client:
    make.room()
    user = factories.user("anne.assistance")
    Assistant.objects.create(user=user)
    return signed_in(user)


def say(client: Client, **sent: object) -> ReadPage:
    """Post, and read what the page says then."""
    return ReadPage(client.post(PAGE, sent, follow=True))


def test_who_is_not_of_the_assistance_is_kept_out() -> None:
    assert signed_in(factories.user()).get(PAGE).status_code == 403


def test_work_starts_there_for_who_has_no_school(assistant: Client) -> None:
    assert assistant.get("/")["Location"] == PAGE


def test_a_software_is_accredited_then_ended(assistant: Client) -> None:
    say(assistant, faire="accrediter", editeur="AUTRE", application="Logiciel", mefs="24725520332")
    made = Accreditation.objects.get(publisher="AUTRE")
    assert made.mefs == ["2472552033"]

    say(assistant, faire="terminer", accreditation=made.pk)

    made.refresh_from_db()
    assert made.end is not None
    told = Entry.objects.filter(school_uai="REGISTRE").values_list("action", "author_name")
    assert [action for action, _ in told] == ["cree", "termine"]


def test_a_software_ended_by_mistake_is_accredited_again_the_same_day(assistant: Client) -> None:
    asked = {"faire": "accrediter", "editeur": "AUTRE", "application": "Logiciel"}
    say(assistant, **asked)
    made = Accreditation.objects.get(publisher="AUTRE")
    ended = say(assistant, faire="terminer", accreditation=made.pk)
    row = next(row for row in ended.rows("Logiciels accrédités") if row[0] == "AUTRE Logiciel")

    said = say(assistant, **asked)
    again = say(assistant, **asked)

    made.refresh_from_db()
    assert "jusqu’à ce soir" in row[2]
    assert row[3] == ""
    assert "AUTRE Logiciel est accrédité." in said.text
    assert "AUTRE Logiciel est déjà accrédité." in again.text
    assert (made.end, Accreditation.objects.filter(publisher="AUTRE").count()) == (None, 1)
    last, today = Entry.objects.filter(kind="accreditation").latest("pk"), timezone.localdate()
    assert (last.action, last.values_kept.before, last.values_kept.after) == (
        "modifie",
        f"tous les MEF, dès le {today} jusqu’au {today}",
        f"tous les MEF, dès le {today}",
    )


def test_a_software_is_accredited_between_two_days(assistant: Client) -> None:
    asked = {"faire": "accrediter", "editeur": "AUTRE", "application": "Logiciel"}
    say(assistant, **asked, du="2090-09-01", au="2091-08-31")
    again = say(assistant, **asked, du="2090-09-01", au="2092-08-31")

    (made,) = Accreditation.objects.filter(publisher="AUTRE")
    row = next(row for row in again.rows("Logiciels accrédités") if row[0] == "AUTRE Logiciel")
    assert (made.start, made.end) == (date(2090, 9, 1), date(2092, 8, 31))
    assert row[2] == (
        "Du 1 septembre 2090 au 31 août 2092pas encore : ses fichiers sont refusés jusque-là"
    )
    say(assistant, **asked, du="2095-01-01")
    say(assistant, **asked, du="2091-01-01")  # meets both: they become one
    (made,) = Accreditation.objects.filter(publisher="AUTRE")
    assert (made.start, made.end) == (date(2090, 9, 1), None)
    say(assistant, faire="terminer", accreditation=made.pk)
    assert not Accreditation.objects.filter(publisher="AUTRE").exists()


def test_the_last_decisions_are_told_newest_first(assistant: Client) -> None:
    say(assistant, faire="accrediter", editeur="AUTRE", application="Logiciel")
    page = say(
        assistant, faire="autoriser", uai=factories.UAI, editeur="AUTRE", application="Logiciel"
    )

    made = Accreditation.objects.get(publisher="AUTRE")
    rows = page.rows("Décisions pour toute l’académie")
    assert [row[2] for row in rows] == [
        f"a autorisé Changement de logiciel de {factories.UAI}",
        f"a créé Accréditation n° {made.pk}, AUTRE Logiciel",
    ]


def test_the_campaign_of_a_level_is_dated(assistant: Client) -> None:
    say(assistant, faire="campagne", annee=2025, niveau="terminale", ouvre="2026-05-01", ferme="")

    held = Campaign.objects.get()
    assert (held.opens, held.closes) == (date(2026, 5, 1), None)
    assert "2026-05-01" in assistant.get(PAGE).text


def test_each_year_at_work_or_with_records_sent_has_its_campaign(assistant: Client) -> None:
    make.received(make.document())
    Record.objects.update(state=RecordState.SENT, closed_year=factories.YEAR)
    School.objects.update(current_year=factories.YEAR + 1)
    factories.school(factories.OTHER_UAI, current_year=factories.YEAR + 2)

    page = ReadPage(assistant.get(PAGE)).text
    say(assistant, faire="verrouiller", annee=2025, niveau="terminale")
    after = ReadPage(assistant.get(PAGE)).text

    years = ("Campagne 2027-2028", "Campagne 2026-2027", "Campagne 2025-2026")
    assert [year in page for year in years] == [True, True, True]
    assert [year in after for year in years] == [True, True, False]


def test_a_change_of_software_is_allowed_once(assistant: Client) -> None:
    sent = {"uai": factories.UAI, "editeur": "AUTRE", "application": "Logiciel"}
    first = say(assistant, faire="autoriser", **sent)
    again = say(assistant, faire="autoriser", **sent)

    assert "est autorisé" in first.text
    assert "déjà autorisé" in again.text
    assert Clearance.objects.get().application == "Logiciel"


def test_the_periodicity_received_is_forgotten(assistant: Client) -> None:
    make.received(make.document())

    say(assistant, faire="effacer", periodicite=HeldPeriodicity.objects.get().pk)

    assert not HeldPeriodicity.objects.exists()


def test_records_sent_are_locked_then_one_is_unlocked(assistant: Client) -> None:
    make.received(make.document())
    Record.objects.update(state=RecordState.SENT, closed_year=factories.YEAR)

    locked = say(assistant, faire="verrouiller", annee=2025, niveau="terminale")
    assert "1 dossier verrouillé." in locked.text
    assert Record.objects.get().state == RecordState.LOCKED
    say(assistant, faire="deverrouiller", uai=factories.UAI, eleve="1001")

    assert Record.objects.get().state == RecordState.TYPING


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"faire": "accrediter", "editeur": " ", "application": "X"}, "Nommez l’éditeur"),
        ({"faire": "accrediter", "editeur": "A", "application": "X", "mefs": "12"}, "onze"),
        ({"faire": "accrediter", "editeur": "A" * 201, "application": "X"}, "limite est de 200"),
        ({"faire": "accrediter", "editeur": "A\x00", "application": "X"}, "aucun fichier"),
        (
            {
                "faire": "accrediter",
                "editeur": "A",
                "application": "X",
                "du": "2026-09-01",
                "au": "2026-08-31",
            },
            "finirait avant de commencer",
        ),
        ({"faire": "autoriser", "uai": "0\x00", "editeur": "A"}, "n’est pas connu"),
        ({"faire": "autoriser", "uai": "0000000Z", "editeur": "A"}, "n’est pas connu"),
        ({"faire": "deverrouiller", "uai": factories.UAI, "eleve": "x"}, "en chiffres"),
        ({"faire": "deverrouiller", "uai": factories.UAI, "eleve": "1001"}, "n’a pas de dossier"),
        (
            {"faire": "campagne", "annee": "2025", "niveau": "premiere", "ouvre": "demain"},
            "un jour qui existe",
        ),
        (
            {
                "faire": "campagne",
                "annee": "2025",
                "niveau": "premiere",
                "ouvre": "2026-06-01",
                "ferme": "2026-05-01",
            },
            "fermerait avant d’ouvrir",
        ),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    assistant: Client, sent: dict[str, str], told: str
) -> None:
    response = assistant.post(PAGE, sent)

    assert response.status_code == 422
    assert told in ReadPage(response).text
    assert not Entry.objects.exists()


def values(page: ReadPage) -> dict[str, str]:
    """What each box that has an id shows."""
    return {one.get("id"): one.get("value", "") for one in page.main.xpath(".//input[@id]")}


def test_dates_refused_stay_in_the_boxes_of_their_level_alone(assistant: Client) -> None:
    Campaign.objects.create(year=2025, level="terminale", opens=date(2026, 5, 4))
    sent = {"faire": "campagne", "annee": "2025", "ouvre": "2026-06-01", "ferme": "2026-05-01"}

    shown = values(ReadPage(assistant.post(PAGE, {**sent, "niveau": "premiere"})))

    assert (shown["ouvre-2025-premiere"], shown["ferme-2025-premiere"]) == (
        "2026-06-01",
        "2026-05-01",
    )
    assert (shown["ouvre-2025-terminale"], shown["ferme-2025-terminale"]) == ("2026-05-04", "")


@pytest.mark.parametrize(
    ("sent", "boxes"),
    [
        (
            {"faire": "accrediter", "editeur": "A", "application": "X", "mefs": "12"},
            {"editeur": "A", "application": "X", "mefs": "12"},
        ),
        (
            {"faire": "autoriser", "uai": "0000000Z", "editeur": "A", "application": "X"},
            {"uai-logiciel": "0000000Z", "editeur-nouveau": "A", "application-nouvelle": "X"},
        ),
        (
            {"faire": "deverrouiller", "uai": "0000000Z", "eleve": "12"},
            {"uai-dossier": "0000000Z", "eleve": "12"},
        ),
    ],
)
def test_what_is_refused_stays_in_its_form_and_in_no_other(
    assistant: Client, sent: dict[str, str], boxes: dict[str, str]
) -> None:
    shown = values(ReadPage(assistant.post(PAGE, sent)))

    assert {box: text for box, text in shown.items() if text} == boxes


def test_another_word_does_nothing(assistant: Client) -> None:
    assert assistant.post(PAGE, {"faire": "tout"}).status_code == 404


def test_the_page_costs_the_same_whatever_the_schools(assistant: Client) -> None:
    factories.school(factories.OTHER_UAI)

    with queries(SESSION + 9 + SEARCH):
        assistant.get(PAGE)


def test_no_administrator_of_a_school_gives_a_code_to_the_assistance() -> None:
    user = factories.user("anne.assistance")
    factories.membership(user, Role.ENSEIGNANT)
    assist(user, by=Author("operateur", "Opérateur"), now=timezone.now())
    school, now = factories.school(), timezone.now()

    with pytest.raises(WorksElsewhere):
        reset_account(school, user.identifier, by=factories.actor(Role.ADMINISTRATEUR), now=now)
    assert reset_account(school, user.identifier, by=command_line(school), now=now)


def test_the_code_that_a_school_gave_does_not_open_the_assistance() -> None:
    user, now = factories.user("anne.assistance"), timezone.now()
    code = issue_code(user, now=now)
    browser = signed_in(user)

    assist(user, by=Author("operateur", "Opérateur"), now=now)

    with pytest.raises(BadCode):
        user_of_code(code, now=now)
    assert browser.get(PAGE).status_code == 302
    (said,) = notices_to_show(user, now=now)
    assert said.startswith("Le rôle « assistance académique » vous a été donné le ")
