"""The files of several divisions taken away in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser import assert_accessible_everywhere, sign_in
from journeys.steps import EXPORT
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import UAI, found


@pytest.mark.django_db(transaction=True)
def test_the_head_takes_the_archive_in_a_browser(page: Page, live_server: LiveServer) -> None:
    lycee = found({"TCIEL1": 2, "TCIEL2": 1, "TCIEL3": 1})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, 1002, 1003)
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(EXPORT)
    page.get_by_text("Exporter plusieurs divisions dans une archive").click()
    expect(page.get_by_label("TCIEL3 Le seul livret de TCIEL3 est rouge.")).to_be_disabled()
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Préparer les fichiers").click()
    expect(page.get_by_role("heading", name="2 fichiers prêts")).to_be_visible()
    assert_accessible_everywhere(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger l’archive").click()
    assert taken.value.suggested_filename.startswith(f"LSLPRO_{UAI}_2-divisions_")
