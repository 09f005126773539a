"""Bulletins in a real browser: accessible; « Modifier » by the mouse and the keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import bulletin_factories as made
import factories
import partner_server
import school_to_import as scene
from browser import assert_accessible_everywhere, sign_in
from livretpro.bulletins.models import FrameItem, Mockup, Service
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.schools.rules import Role
from school_to_import import Ready

SITE = f"/bulletins/{factories.UAI}"
FRAMES = f"{SITE}/competences/referentiels/"


@pytest.fixture
def ready(page: Page, live_server: LiveServer, transactional_db: None) -> Iterator[Ready]:
    """A school with a division ready and one to repair, its head signed in."""
    with partner_server.running_suivi() as cpro:
        ready = scene.school(cpro)
        held = Referentiel.objects.create(
            slug="melec", version=1, sigle="MELEC", complete=True, source={}
        )
        Diploma.objects.create(cfd=factories.CFD, label="MELEC", referentiel=held)
        for rank in (1, 2):
            Competence.objects.create(
                referentiel=held,
                code=f"C{rank}",
                label=f"Compétence {rank}",
                position=rank,
                expected=True,
            )
        scene.division(ready, "1MELEC", 1001, 1002)
        broken = scene.division(ready, "1LOG", 1003)
        made.service(into=broken, label="Entreposage")
        factories.membership(role=Role.CHEF)
        sign_in(page, factories.user(), live_server)
        yield ready


def test_the_pages_are_accessible(page: Page, ready: Ready) -> None:
    Mockup.objects.update(shows_teacher_grade=False)
    batch = scene.imported(ready, *ready.year.divisions.all())
    service = Service.objects.filter(division__code="1LOG")[0]
    frame = FrameItem.objects.all()[0].frame_id
    for address in (
        "/cpro/",
        f"/cpro/imports/{batch.pk}/",
        "/cpro/connexion/",
        "/ressources/classes/",
        f"/ressources/classes/{service.division_id}/eleves/",
        "/ressources/filieres/",
        "/ressources/matieres/",
        "/ressources/periodes/",
        "/ressources/services/",
        f"/ressources/services/{service.division_id}/",
        "/competences/referentiels/",
        f"/competences/referentiels/{frame}/",
    ):
        page.goto(f"{SITE}{address}")
        assert_accessible_everywhere(page)


def test_codes_are_brought_up_to_date_by_a_right_click_and_by_the_keyboard(
    page: Page, ready: Ready
) -> None:
    FrameItem.objects.update(cpro_code="")
    page.goto(FRAMES)
    page.get_by_role("cell", name="0 codes sur 2").click(button="right")
    page.get_by_role("button", name="Mettre à jour les codes CPRO dans la grille").click()
    expect(page.get_by_text("2 codes CPRO mis à jour.")).to_be_visible()

    FrameItem.objects.update(cpro_code="")
    page.goto(FRAMES)
    page.get_by_text("Modifier", exact=False).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 codes sur 2")).to_be_visible()
