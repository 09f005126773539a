"""A new year, a change of level, a status lost and found again, in a real browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import lsl_xml
from background import worker
from browser import assert_accessible_everywhere, sign_in
from journeys.steps import as_files
from livretpro.livrets.actions import set_periodicity
from livretpro.livrets.models import PeriodBilan
from livretpro.livrets.rules import PeriodKind
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, files, found, mef_of
from moves import import_pupil

MELEC, MEF_MELEC = "40025520", "24725520320"
HOME = f"/suivi/{UAI}/{CIEL}/"


@pytest.fixture
def lycee(transactional_db: None) -> Lycee:
    return found({"1CIEL1": 2})


def test_a_new_year_keeps_the_former_one_and_exports_its_livrets(
    page: Page, live_server: LiveServer, lycee: Lycee
) -> None:
    lycee.open_entry(*Level)
    lycee.fill(1001, 1002)
    lycee.next_year({"TCIEL1": 2})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, 1002)
    sign_in(page, lycee.person(Role.CHEF), live_server)

    page.goto(HOME)
    page.get_by_role("link", name="2025-2026 (lecture)").click()
    expect(page.get_by_text("Année passée")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="1CIEL1").first.click()
    page.get_by_role("link", name="AUBRY Élève1").click()
    average = page.get_by_role("textbox", name="1er trimestre").first
    average.fill("15")
    average.blur()
    expect(page.locator("#enregistrement")).to_contain_text("Enregistré à")
    page.get_by_role("link", name="Livret de terminale 2026-2027").click()
    expect(page.get_by_role("link", name="Livret de première 2025-2026 (clos)")).to_be_visible()
    assert_accessible_everywhere(page)

    division = lycee.division("TCIEL1").pk
    page.goto(f"{HOME}export/divisions/{division}/?n1=on")
    page.get_by_role("button", name="Créer le fichier").click()
    expect(page.get_by_text("La version 001 est faite")).to_be_visible()
    document = lsl_xml.read(bytes(ExportVersion.objects.get().content))
    years = [[s.annee_scolaire for s in eleve.scolarites] for eleve in document.donnees]
    assert years == [[2026, 2025], [2026, 2025]]
    assert PeriodBilan.objects.get(livret__school_year__year=2025, average=15).number == 1


def test_a_pupil_changes_level_then_status_and_comes_back(
    page: Page, live_server: LiveServer, lycee: Lycee
) -> None:
    lycee.open_entry(*Level)
    import_pupil(lycee, "1CIEL1", CODE_MEF=mef_of("1CIEL1"))
    lycee.fill(1001)
    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))
    sign_in(page, lycee.person(Role.CHEF), live_server)

    page.goto(f"{HOME}livrets/{lycee.enrolment(1001).pk}/")
    page.get_by_role("button", name="Reprendre les moyennes du livret de première").click()
    expect(page.get_by_text("1 moyenne reprise.")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Livret de première 2025-2026 (clos)").click()
    expect(page.get_by_text("Ce livret est clos")).to_be_visible()
    assert_accessible_everywhere(page)

    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"), CODE_STATUT="AP")
    page.goto(f"{HOME}saisie/")
    page.get_by_text("1 élève qui n’est plus sous statut scolaire").click()
    expect(page.get_by_text("AUBRY Élève1")).to_be_visible()
    assert_accessible_everywhere(page)

    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))
    page.goto(f"{HOME}livrets/{lycee.enrolment(1001).pk}/")
    expect(page.get_by_role("textbox", name="1er trimestre").first).to_have_value("12,50")


def test_a_pupil_changes_diploma_becomes_an_apprentice_and_comes_back(
    page: Page, live_server: LiveServer, lycee: Lycee
) -> None:
    for cfd in (CIEL, MELEC):
        set_periodicity(lycee.year, cfd, Level.PREMIERE, PeriodKind.TRIMESTRE, by=lycee.actor)
    import_pupil(lycee, "1CIEL1", CODE_MEF=mef_of("1CIEL1"))
    lycee.fill(1001)
    import_pupil(lycee, "1CIEL1", CODE_MEF=MEF_MELEC)
    sign_in(page, lycee.person(Role.CHEF), live_server)

    page.goto(f"{HOME}saisie/")
    page.get_by_text("1 élève qui a changé de diplôme").click()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="AUBRY Élève1").click()
    expect(page.get_by_text("Ce livret est clos")).to_be_visible()
    expect(page.get_by_role("textbox", name="1er trimestre").first).to_have_value("12,50")
    page.get_by_role("link", name=f"Livret de première 2025-2026, diplôme {MELEC}").click()
    page.get_by_role("button", name="Reprendre les moyennes du livret de première").click()
    expect(page.get_by_text("1 moyenne reprise.")).to_be_visible()
    assert_accessible_everywhere(page)
    melec = page.url

    import_pupil(lycee, "1CIEL1", CODE_MEF=MEF_MELEC, CODE_STATUT="AP")
    page.goto(f"/suivi/{UAI}/{MELEC}/export/")
    expect(page.get_by_role("heading", name="Configuration et export")).to_be_visible()
    expect(page.get_by_role("button", name="Préparer", exact=True)).to_be_disabled()
    page.goto(melec)
    expect(page.get_by_text("n’est plus sous statut scolaire depuis le")).to_be_visible()

    import_pupil(lycee, "1CIEL1", CODE_MEF=MEF_MELEC)
    page.goto(f"/suivi/{UAI}/{MELEC}/saisie/")
    page.get_by_role("link", name="1CIEL1").first.click()
    page.get_by_role("link", name="AUBRY Élève1").click()
    average = page.get_by_role("textbox", name="1er trimestre").first
    expect(average).to_have_value("12,50")
    average.fill("16")
    average.blur()
    expect(page.locator("#enregistrement")).to_contain_text("Enregistré à")
    kept = PeriodBilan.objects.order_by("livret__cfd").values_list("livret__cfd", "average")
    assert list(kept) == [(CIEL, Decimal("12.5")), (MELEC, 16)]


def test_the_new_year_is_imported_and_those_who_repeat_are_told_apart(
    page: Page, live_server: LiveServer, transactional_db: None
) -> None:
    """AUBRY goes on to terminale, BENHADDOU repeats première, CORDIER terminale."""
    lycee = found({"1CIEL1": 2, "TCIEL1": 1})
    lycee.open_entry(*Level)
    lycee.fill(1001, 1002, 1003)
    sign_in(page, lycee.person(Role.CHEF), live_server)

    page.goto(f"/ecole/{UAI}/imports/")
    with worker():
        page.get_by_label("Fichiers de SIECLE et de STS").set_input_files(
            files=as_files(files({"TCIEL1": 1, "1CIEL1": 1, "TCIEL2": 1}, annee=2026))
        )
        page.get_by_role("button", name="Lire les fichiers").click()
        expect(page.get_by_text("Rien n’est encore écrit.")).to_be_visible(timeout=30_000)
        assert_accessible_everywhere(page)
        page.get_by_label("J’ouvre l’année 2026-2027").check()
        page.get_by_role("button", name="Appliquer").click()
        expect(page.get_by_text("L’import est appliqué.")).to_be_visible(timeout=30_000)
    lycee.school.refresh_from_db()
    page.goto(f"{HOME}saisie/")
    page.get_by_role("link", name="1CIEL1").first.click()
    page.get_by_role("link", name="BENHADDOU Élève2").click()
    expect(page.get_by_text("La saisie est fermée")).to_be_visible()
    expect(page.get_by_role("link", name="Livret de première 2025-2026 (clos)")).to_be_visible()
    page.goto(f"{HOME}livrets/{lycee.enrolment(1003).pk}/")
    expect(page.get_by_text("Cet élève redouble la terminale")).to_be_visible()
    assert_accessible_everywhere(page)

    lycee.open_entry(*Level)
    lycee.fill(1001, 1002, 1003)
    assert exported_years(page, lycee, "TCIEL1") == [[2026, 2025]]
    assert exported_years(page, lycee, "TCIEL2") == [[2026]]
    assert exported_years(page, lycee, "1CIEL1") == [[2026]]


def exported_years(page: Page, lycee: Lycee, code: str) -> list[list[int]]:
    """Make the file of a division, with the livrets of last year: the years of each pupil."""
    division = lycee.division(code)
    page.goto(f"{HOME}export/divisions/{division.pk}/?n1=on")
    page.get_by_role("button", name="Créer le fichier").click()
    expect(page.get_by_text("La version 001 est faite")).to_be_visible()
    document = lsl_xml.read(bytes(ExportVersion.objects.get(division=division).content))
    return [[s.annee_scolaire for s in eleve.scolarites] for eleve in document.donnees]


def test_the_head_sets_a_campaign(page: Page, live_server: LiveServer, lycee: Lycee) -> None:
    lycee.open_entry(*Level)
    sign_in(page, lycee.person(Role.CHEF), live_server)

    page.goto(f"{HOME}export/")
    page.get_by_label("au (dernier jour)").first.fill("31/06/2026")
    page.get_by_role("button", name="Enregistrer la campagne de première").click()
    expect(page.get_by_role("alert")).to_contain_text("Donnez la date")
    expect(page.get_by_label("au (dernier jour)").first).to_be_focused()
    assert_accessible_everywhere(page)


def test_the_head_tells_the_teachers_who_read_it(
    page: Page, live_server: LiveServer, lycee: Lycee
) -> None:
    teacher = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    sign_in(page, lycee.person(Role.CHEF), live_server)

    page.goto(f"{HOME}export/")
    premiere = page.get_by_role("radiogroup", name="Première")
    premiere.get_by_label("Semestres").check()
    premiere.get_by_role("button", name="Choisir").click()
    page.get_by_role("link", name="Prévenir les enseignants de première").click()
    assert_accessible_everywhere(page)
    page.get_by_label("Message").fill("La saisie est ouverte, bon courage.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("row", name="PETIT Zoé")).to_contain_text("pas encore lu")

    sign_in(page, teacher, live_server)
    page.goto(f"{HOME}saisie/")
    banner = page.get_by_role("region", name="Message de Claire FERRAND")
    expect(banner).to_contain_text("bon courage")
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="1CIEL1").first.click()
    banner.get_by_role("button", name="J’ai lu").click()
    expect(page.get_by_role("link", name="AUBRY Élève1")).to_be_visible()
    expect(banner).to_have_count(0)

    sign_in(page, lycee.person(Role.CHEF, "SECOND", "Luc"), live_server)
    page.goto(f"{HOME}export/annonce/premiere/")
    expect(page.get_by_role("row", name="PETIT Zoé")).to_contain_text("lu aujourd’hui")
