"""Several systems in one instance: each has its own menu, and a link to the others."""

import pytest
from django.test import Client
from pytest_django import Settings

from livretpro.web.base.menu import Menu
from web.base.valmeray import UAI, Valmeray

pytestmark = pytest.mark.django_db
SHARED = ("Import SIECLE", "Comptes", "Journal")


@pytest.fixture(autouse=True)
def _every_system(settings: Settings) -> None:
    settings.ROOT_URLCONF = "livretpro.urls"


def menu(client: Client, address: str) -> tuple[list[str], list[str]]:
    """Labels of the drop-downs, then of the plain links."""
    shown: Menu = client.get(address).context["menu"]
    return [drop.label for drop in shown.drops], [entry.label for entry in shown.links]


def test_on_a_page_of_suivi_bulletins_are_a_link(valmeray: Valmeray, as_head: Client) -> None:
    _, links = menu(as_head, f"/suivi/{UAI}/tableau/")

    assert links == [
        "Tableau du lycée",
        "LSL Pro",
        "Bulletins",
        "Registre",
        *SHARED,
    ]


def test_on_a_page_of_bulletins_lsl_pro_is_a_link(valmeray: Valmeray, as_head: Client) -> None:
    drops, links = menu(as_head, f"/bulletins/{UAI}/cpro/")

    assert drops == ["Ressources", "Compétences", "Imports/Exports"]
    assert links == ["LSL Pro", "Registre", *SHARED]


def test_on_a_page_of_the_registre_the_others_are_links(
    valmeray: Valmeray, as_head: Client
) -> None:
    drops, links = menu(as_head, f"/registre/{UAI}/importer/")

    assert drops == ["Paramétrage"]
    assert links == ["LSL Pro", "Bulletins", "Dossiers", *SHARED]
