"""A diploma that nobody ships: the list is pasted, entry opens, a file leaves, a version moves."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser import assert_accessible_everywhere, sign_in
from livretpro.livrets.actions import record
from livretpro.livrets.models import Livret
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, found

LIST = "C1\tPréparer une intervention\nC1.1\tLire un plan\nC2\tRéaliser\nC3 - Contrôler"
DEGREES = {"competence:C1": "3", "competence:C2": "4", "competence:C3": "2"}
REST = {"moyenne_1": "12", "enseignant_1_nom": "PETIT", "enseignant_1_prenom": "Zoé"}


@pytest.mark.django_db(transaction=True)
def test_a_list_is_pasted_used_exported_and_replaced(page: Page, live_server: LiveServer) -> None:
    lycee = found({"TCIEL1": 2})
    Diploma.objects.filter(cfd=CIEL).update(referentiel=None)
    lycee.open_entry(Level.TERMINALE)
    sign_in(page, lycee.person(Role.DDFPT), live_server)

    # Entry is closed and says what to do.
    page.goto(f"/suivi/{UAI}/{CIEL}/export/")
    page.get_by_role("link", name="Saisir la liste").click()
    assert_accessible_everywhere(page)
    page.get_by_label("Une compétence par ligne").fill(LIST)
    page.get_by_role("button", name="Lire cette liste").click()
    expect(page.get_by_label("Code, ligne 2")).to_have_value("C1.1")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Enregistrer une nouvelle version").click()
    expect(page.get_by_role("status")).to_have_text("Version 1 enregistrée.")
    assert_accessible_everywhere(page)

    # A livret is filled and the division leaves.
    for key, text in (DEGREES | REST).items():
        record(lycee.enrolment(1001), key, text, by=lycee.actor)
    page.goto(f"/suivi/{UAI}/{CIEL}/export/divisions/{lycee.division('TCIEL1').pk}/")
    page.get_by_role("button", name="Créer le fichier").click()
    expect(page.get_by_role("main")).to_contain_text("LSLPRO_0599001N_TCIEL1_2025_v001")

    # The list changes: the livret moves, loses C3, then comes back.
    page.goto(f"/suivi/{UAI}/{CIEL}/referentiel/modifier/")
    page.get_by_label("Code, ligne 4").fill("C4")
    page.get_by_role("button", name="Enregistrer une nouvelle version").click()
    expect(page.get_by_role("main")).to_contain_text("AUBRY Élève1 : C3, degré 2")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Passer 1 livret à la version 2").click()
    expect(page.get_by_role("status").first).to_have_text("1 livret passé à la version 2.")
    assert Livret.objects.get().degrees.count() == 2
    page.get_by_role("button", name="Annuler ce passage").click()
    expect(page.get_by_role("status").first).to_have_text("Passage annulé : 1 livret comme avant.")
    assert Livret.objects.get().degrees.count() == 3
