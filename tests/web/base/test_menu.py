"""What the header shows, by role."""

import pytest
from django.test import Client
from pytest_django import Settings

from livretpro.schools.rules import Role
from livretpro.web.base.menu import Menu
from web.base.valmeray import MELEC, UAI, Valmeray, member, signed_in

pytestmark = pytest.mark.django_db

ENTRY = f"/suivi/{UAI}/{MELEC}/saisie/"
SCHOOL_PAGE = f"/suivi/{UAI}/page/"
LSL_PRO = [
    "Tableau de bord LSL Pro",
    "Saisie du livret scolaire des élèves",
    "Configuration et export du LSL Pro",
    "Enseignants de la spécialité",
]


def labels(client: Client, address: str) -> tuple[list[str], list[str]]:
    """Labels of the drop-down, then of the plain links."""
    menu: Menu = client.get(address).context["menu"]
    in_drops = [entry.label for drop in menu.drops for entry in drop.entries]
    return in_drops, [entry.label for entry in menu.links]


@pytest.mark.parametrize(
    ("roles", "lsl_pro", "links"),
    [
        ([Role.CHEF], LSL_PRO, ["Import SIECLE", "Comptes", "Journal"]),
        ([Role.ADJOINT], LSL_PRO, ["Import SIECLE", "Comptes", "Journal"]),
        ([Role.DDFPT], LSL_PRO, ["Import SIECLE", "Comptes", "Journal"]),
        ([Role.CHEF, Role.ADMINISTRATEUR], LSL_PRO, ["Import SIECLE", "Comptes", "Journal"]),
    ],
)
def test_on_a_diploma_the_head_has_every_page(
    valmeray: Valmeray, roles: list[Role], lsl_pro: list[str], links: list[str]
) -> None:
    valmeray.pupil_of(MELEC)

    assert labels(signed_in(member(valmeray.school, *roles)), ENTRY) == (lsl_pro, links)


def test_on_a_diploma_a_teacher_has_the_entry_alone(valmeray: Valmeray) -> None:
    teacher = valmeray.teacher_of(valmeray.pupil_of(MELEC), MELEC)

    assert labels(signed_in(teacher), ENTRY) == (["Saisie du livret scolaire des élèves"], [])


@pytest.mark.parametrize(
    ("role", "links"),
    [
        (Role.ADMINISTRATEUR, ["Import SIECLE", "Comptes", "Journal"]),
        (Role.CHEF, ["LSL Pro", "Import SIECLE", "Comptes", "Journal"]),
        (Role.ENSEIGNANT, []),
    ],
)
def test_outside_of_a_diploma_lsl_pro_is_a_link(
    valmeray: Valmeray, role: Role, links: list[str]
) -> None:
    assert labels(signed_in(member(valmeray.school, role)), SCHOOL_PAGE) == ([], links)


def test_the_page_on_screen_is_marked(valmeray: Valmeray, as_head: Client) -> None:
    valmeray.pupil_of(MELEC)

    menu: Menu = as_head.get(ENTRY).context["menu"]

    drop = menu.drops[0]
    assert (drop.label, drop.current) == ("LSL Pro", True)
    assert [e.label for e in drop.entries if e.current] == ["Saisie du livret scolaire des élèves"]


def test_a_page_that_this_instance_does_not_serve_is_not_shown(
    valmeray: Valmeray, as_head: Client, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "livretpro.web.base.urls"

    assert labels(as_head, f"/ecole/{UAI}/recherche/") == (
        [],
        ["LSL Pro", "Import SIECLE", "Comptes", "Journal"],
    )


def test_the_band_and_the_title_name_the_diploma(
    valmeray: Valmeray, diplomas: None, as_head: Client
) -> None:
    valmeray.pupil_of(MELEC)

    page = as_head.get(ENTRY).content.decode()

    assert "<title>Page – Bac pro MELEC – LivretPro</title>" in page
    assert "<strong>Bac pro MELEC</strong>" in page
    assert f'href="/suivi/{UAI}/diplomes/">Changer de diplôme</a>' in page
    assert "Lycée professionnel de Valmeray, 2025-2026" in page


def test_the_header_names_the_person_and_their_roles(valmeray: Valmeray) -> None:
    client = signed_in(member(valmeray.school, Role.ADMINISTRATEUR, Role.DDFPT))

    context = client.get(SCHOOL_PAGE).context

    assert (context["user"].full_name, context["roles"]) == (
        "Claire Ferrand",
        "DDFPT, administrateur",
    )
