"""The About page."""

from importlib.metadata import version

import pytest
from django.db import connection
from django.test import Client

from livretpro.referentiels.models import Nomenclature

pytestmark = pytest.mark.django_db


def test_it_says_version_licence_and_that_conformity_is_not_established(as_head: Client) -> None:
    page = as_head.get("/a-propos/").content.decode()

    assert f"<dd>{version('livretpro')}</dd>" in page
    assert "EUPL 1.2" in page
    assert "La conformité au schéma actuel du ministère n’est pas établie." in page
    assert "L’accréditation de l’éditeur est nécessaire" in page


def test_it_says_which_postgresql_works_as_postgresql_does(as_head: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        said = cursor.fetchone()[0].split()[0]

    assert f"<dd>PostgreSQL {said}</dd>" in as_head.get("/a-propos/").content.decode()


def test_it_tells_how_to_report_a_problem_without_naming_a_pupil(as_head: Client) -> None:
    page = as_head.get("/a-propos/").content.decode()

    assert "la référence écrite en bas de la page d’erreur" in page
    assert "n’envoyez ni le nom d’un élève" in page


@pytest.mark.parametrize("provisional", [True, False])
def test_it_names_the_nomenclature_in_use(as_head: Client, *, provisional: bool) -> None:
    Nomenclature.objects.create(
        name="LSL 2025", provisional=provisional, digest="0" * 64, millesimes=[2025]
    )

    page = as_head.get("/a-propos/").content.decode()

    assert "LSL 2025" in page
    assert ("Elle est provisoire" in page) is provisional


def test_without_a_nomenclature_it_says_how_to_load_one(as_head: Client) -> None:
    page = as_head.get("/a-propos/").content.decode()

    assert "Aucune nomenclature LSL n’est chargée sur cette instance" in page


def test_it_is_not_for_visitors(client: Client) -> None:
    assert client.get("/a-propos/").headers["Location"] == "/connexion/?next=/a-propos/"
