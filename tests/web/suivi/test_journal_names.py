"""The names of what the journal tells of, and the pages they lead to."""

import pytest
from django.test import Client

from livretpro.journal.actions import Author, Change, record
from livretpro.livrets.models import Livret
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Staff
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/ecole/{UAI}/journal/"
CAPTION = "Entrées du journal, de la plus récente à la plus ancienne"
ANNA = Author("anna.exemple", "Anna Exemple")


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def test_each_object_has_its_name_and_leads_to_its_page(lycee: Lycee, as_head: Client) -> None:
    livret, year = Livret.objects.get(student__siecle_id=1001), lycee.year.year
    version = lycee.export("TCIEL1").version
    absent = Staff.objects.get(last_name="ROYER")
    division = lycee.division("TCIEL1")
    objects = {
        ("livret", str(livret.pk)): "AUBRY Élève1",
        ("eleve", "1001"): "AUBRY Élève1",
        ("eleve", "9999"): "n° 9999",
        ("division", f"{year}:TCIEL1"): "TCIEL1, 2025-2026",
        ("groupe", f"{year}:G1"): "G1, 2025-2026",
        ("service", f"{year}:D:TCIEL1:071100:CG"): "071100 CG en TCIEL1, 2025-2026",
        ("personnel", f"{absent.sts_id}:{absent.sts_type}"): "ROYER Anne",
        ("compte", "claire.ferrand"): "Claire FERRAND (claire.ferrand)",
        ("compte", "personne"): "personne",
        ("etablissement", UAI): "Lycée professionnel de Valmeray",
        ("import", str(year)): "année 2025-2026",
        ("import", "dépôt 99"): "dépôt 99",
        ("referentiel", CIEL): "Bac pro CIEL",
        ("periodicite", f"{year}:{CIEL}:terminale"): "terminale Bac pro CIEL, 2025-2026",
        ("specialite", f"{division.pk}:{CIEL}"): "TCIEL1, Bac pro CIEL",
        ("specialite", str(absent.pk)): "ROYER Anne",
        ("export", str(version.pk)): "TCIEL1, version 1",
        ("export", "0"): "0",
    }
    record([Change("modifie", kind, key) for kind, key in objects], school_uai=UAI, by=ANNA)

    page = ReadPage(as_head.get(f"{PAGE}?qui=exemple"))

    told = [row[2].partition(" ")[2] for row in reversed(page.rows(CAPTION))]
    assert all(t.endswith(n) for t, n in zip(told, objects.values(), strict=True)), told
    pages = page.main.xpath(".//tbody//a/@href")
    assert len(pages) == 9
    assert {as_head.get(one).status_code for one in pages} == {200}


def test_the_administrator_is_offered_no_page_that_would_be_refused(lycee: Lycee) -> None:
    client = signed_in(lycee.person(Role.ADMINISTRATEUR))

    page = ReadPage(client.get(PAGE))

    pages = set(page.main.xpath(".//tbody//a/@href"))
    assert pages
    assert {client.get(one).status_code for one in pages} == {200}


def test_the_administrator_reads_nothing_pedagogical(lycee: Lycee) -> None:
    client = signed_in(lycee.person(Role.ADMINISTRATEUR))

    page = ReadPage(client.get(PAGE))
    forced = client.get(f"{PAGE}?sorte=livret")

    options = page.main.xpath(".//select[@name='sorte']/option/@value")
    assert ("livret" in options, "compte" in options) == (False, True)
    assert "livrets" not in " ".join(" ".join(row) for row in page.rows(CAPTION))
    assert forced.status_code == 422
