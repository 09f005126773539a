"""The first evening of a school whose diploma nobody ships: from a command to the first file."""

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

import lsl_rules
from background import worker
from browser import assert_accessible_everywhere
from journeys.steps import choose_trimestres, export, fill_the_first_livret, import_files
from livretpro.referentiels.actions import load_all
from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import command_line
from livretpro.schools.founding import create_school
from livretpro.schools.people import create_account
from livretpro.schools.rules import Role
from lycee import CIEL, UAI
from reference_data import DATA

CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
"""A one-time code as a slip shows it."""
PASSWORD = "des mots bien choisis et assez longs"
LIST = "C1\tPréparer une intervention\nC2\tRéaliser une intervention"


def activate(page: Page, code: str, identifier: str) -> None:
    """Choose a password with a slip's code, then sign in."""
    page.goto("/activation/")
    page.get_by_label("Code d’activation").fill(code)
    page.get_by_role("button").last.click()
    page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    page.get_by_label("Le même mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    page.get_by_label("Identifiant").fill(identifier)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def set_second_factor(page: Page, opens: str) -> None:
    """A role opens a page of the school: the second factor is asked first."""
    page.goto(opens)
    expect(page.get_by_role("heading", name="Ajouter un second facteur")).to_be_visible()
    assert_accessible_everywhere(page)
    found = re.search(r"Clé : ((?:[A-Z2-7]{4} ?)+)", page.inner_text("main"))
    assert found
    now = int(time.time()) // 30
    code = format_hotp_value(hotp_value(found.group(1).replace(" ", ""), now))
    page.get_by_label("Code à six chiffres").fill(code)
    page.get_by_role("button", name="Activer le second facteur").click()
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    page.get_by_role("link", name="Je les ai gardés").click()


def slip(page: Page, name: str) -> tuple[str, str]:
    """The code and the identifier on a printed slip."""
    text = page.locator(".lp-slip", has_text=name).inner_text()
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", text)
    identifier = re.search(r"à retenir : (\S+)", text)
    assert code, text
    assert identifier, text
    return code.group(), identifier.group(1)


@pytest.mark.django_db(transaction=True)
def test_from_the_first_administrator_to_the_first_file(
    page: Page,
    chromium: Browser,
    live_server: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    load_all(DATA)
    Diploma.objects.filter(cfd=CIEL).update(referentiel=None)
    school = create_school(UAI, "Lycée professionnel de Valmeray")
    first = create_account(
        school,
        Role.ADMINISTRATEUR,
        last_name="BRASQUIER",
        first_name="Solène",
        by=command_line(school),
        now=timezone.now(),
    )

    # The administrator comes in, brings the files and invites the teachers of a division.
    activate(page, first.code, first.user.identifier)
    set_second_factor(page, f"/ecole/{UAI}/imports/")
    page.goto(f"/ecole/{UAI}/imports/")
    with worker():
        import_files(page)
    page.goto(f"/ecole/{UAI}/comptes/")
    page.get_by_label("Rôle", exact=True).first.select_option("ddfpt")
    page.get_by_label("Nom", exact=True).fill("MORVAUDIN")
    page.get_by_label("Prénom").fill("Étienne")
    page.get_by_role("button", name="Créer le compte").dblclick()
    expect(page.locator("main")).to_contain_text(CODE)
    ddfpt_code = CODE.search(page.inner_text("main"))
    assert ddfpt_code
    page.goto(f"/ecole/{UAI}/comptes/")
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="MORVAUDIN Étienne").click()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Comptes").first.click()
    page.get_by_label("Enseignants de STS").select_option("TCIEL1")
    page.get_by_role("button", name="Préparer les invitations").click()
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Inviter").click()
    assert_accessible_everywhere(page)
    teacher_code, teacher = slip(page, "PETIT")

    # The DDFPT types the list of the diploma and opens entry.
    other = chromium.new_context(base_url=live_server.url, locale="fr-FR").new_page()
    activate(other, ddfpt_code.group(), "etienne.morvaudin")
    set_second_factor(other, f"/suivi/{UAI}/{CIEL}/export/")
    other.goto(f"/suivi/{UAI}/{CIEL}/referentiel/modifier/")
    other.get_by_label("Une compétence par ligne").fill(LIST)
    other.get_by_role("button", name="Lire cette liste").click()
    other.get_by_role("button", name="Enregistrer une nouvelle version").click()
    choose_trimestres(other)

    # The teacher fills one livret.
    third = chromium.new_context(base_url=live_server.url, locale="fr-FR").new_page()
    activate(third, teacher_code, teacher)
    fill_the_first_livret(third, ("C1", "C2"))

    # The DDFPT makes the file, which the checks of LSL take.
    content = export(other, tmp_path)
    assert content.count(b"<eleve ") == 1
    assert lsl_rules.check_document(content) == ()
    for opened in (other, third):
        opened.context.close()
