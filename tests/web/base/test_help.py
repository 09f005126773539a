"""The pages of help, and the way to them from each page."""

import csv
import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import get_resolver

from access.test_table import addresses
from livretpro.schools.rules import Role
from livretpro.web.base.help_pages import GLOSSARY, GROUPS, OF_CLASS_VIEW, OF_VIEW, PAGES, help_of
from web.base.valmeray import MELEC, UAI, Valmeray, member, signed_in

TABLE = Path(__file__).parents[2] / "access" / "table.csv"
TEMPLATES = Path(str(get_template("help/page.html").template.origin.name)).parent  # type: ignore[attr-defined]
SIGNED_IN = ("spécialité", "principal", "référent", "ddfpt", "adjoint", "chef", "administrateur")
A_PAGE = {"200", "409", "422"}
NOT_THEIR_OWN_HELP = {
    "about": "says itself what there is to know",
    "activate": "the first steps, before any screen",
    "activation": "the first steps, before any screen",
    "alive": "a probe",
    "suivi:choose": "a choice among a few links",
    "api:openapi-json": "a document for programs",
    "bulletins:bulletin_print": "a file",
    "bulletins:division_print": "a file",
    "forgotten": "before signing in",
    "help": "help",
    "help_page": "help",
    "phrases_ready": "a list that texts ask for",
    "ready": "a probe",
    "schools": "a choice among a few links",
    "suivi:division_print": "a file",
    "suivi:division_workbook": "a file",
    "suivi:export_archive": "a file",
    "suivi:export_download": "a file",
    "suivi:livret_print": "a file",
    "suivi:nomenclature": "a file",
    "suivi:referentiel_file": "a file",
}


def whole_pages() -> set[str]:
    """The names of the addresses that show a page to somebody who is signed in."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {r["adresse"] for r in rows if A_PAGE & {r[subject] for subject in SIGNED_IN}}


def test_every_page_has_its_help_or_stands_in_the_short_list_of_those_without() -> None:
    assert whole_pages() - set(OF_VIEW) == set(NOT_THEIR_OWN_HELP)


def test_help_is_told_of_views_that_exist() -> None:
    names = {name for name, _ in addresses(get_resolver("livretpro.urls"))}

    assert set(OF_VIEW) - names == set()


def test_every_slug_told_of_a_view_is_a_page() -> None:
    assert {*OF_VIEW.values(), *OF_CLASS_VIEW.values()} <= set(PAGES)


def test_every_page_has_its_template_and_every_template_its_page() -> None:
    texts = {path.stem for path in TEMPLATES.glob("*.html")} - {"index", "page"}

    assert texts == set(PAGES)


@pytest.mark.parametrize(
    ("vue", "slug"),
    [("", "classe"), ("appreciations", "appreciations"), ("liste", "statuts"), ("x", "classe")],
)
def test_the_page_of_a_division_has_the_help_of_its_view(vue: str, slug: str) -> None:
    assert help_of("suivi:division", vue) == PAGES[slug]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.django_db
def test_everybody_reads_all_of_it(valmeray: Valmeray, role: Role) -> None:
    client = signed_in(member(valmeray.school, role))

    index = client.get("/aide/").content.decode()

    offered = [*(page for _, pages in GROUPS for page in pages), GLOSSARY]
    assert offered == list(PAGES.values())
    for page in offered:
        assert f'<a href="{page.address}">{page.title}</a>' in index
        assert f"<h1>{page.title}</h1>" in client.get(page.address).content.decode()


@pytest.mark.django_db
def test_every_link_within_the_help_leads_somewhere(as_head: Client) -> None:
    texts = {page.address: as_head.get(page.address).content.decode() for page in PAGES.values()}
    broken = [
        (source, target)
        for source, text in texts.items()
        for target in re.findall(r'href="(/aide/[^"/]+/#[^"]+)"', text)
        if f'id="{target.partition("#")[2]}"' not in texts[target.partition("#")[0]]
    ]

    assert broken == []


@pytest.mark.django_db
def test_a_page_leads_to_its_own_help_and_another_to_the_index(
    as_head: Client, valmeray: Valmeray
) -> None:
    valmeray.pupil_of(MELEC)

    entry = as_head.get(f"/suivi/{UAI}/{MELEC}/saisie/").content.decode()
    about = as_head.get("/a-propos/").content.decode()

    assert 'href="/aide/saisie/" title="Aide : Choisir une division et un élève"' in entry
    assert '<a class="lp-tools__link" href="/aide/">Aide</a>' in about


@pytest.mark.django_db
def test_a_page_that_is_not_written_does_not_exist(as_head: Client) -> None:
    assert as_head.get("/aide/pronote/").status_code == 404
