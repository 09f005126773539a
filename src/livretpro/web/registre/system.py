"""What the Registre gives to the pages that the systems share."""

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpRequest
from django.urls import reverse

from livretpro.lsl_registry.bilans import SOURCE
from livretpro.lsl_registry.permissions import can_receive, is_assistant
from livretpro.lsl_registry.readers import can_read
from livretpro.schools.models import Enrolment
from livretpro.web.base.addresses import address
from livretpro.web.base.menu import Drop, Entry, Menu, Page, entries
from livretpro.web.base.person import person
from livretpro.web.base.place import Place
from livretpro.web.base.systems import System


class Registre(System):
    """Files received, bilans, records."""

    namespace = "registre"
    kinds: ClassVar[Mapping[str, str]] = {
        "dossier_lsl": "dossiers du registre",
        "import_lsl": "imports du registre",
        "jeton_depot": "jetons de dépôt",
    }
    nouns: ClassVar[Mapping[str, str]] = {
        "accreditation": "Accréditation n°",
        "assistance": "Membre de l’assistance",
        "campagne_lsl": "Campagne,",
        "changement_lsl": "Changement de logiciel de",
        "periode_lsl": "Périodicité reçue de",
        "dossier_lsl": "Dossier du registre, élève",
        "import_lsl": "Import du registre n°",
        "jeton_depot": "Jeton de dépôt n°",
    }

    line = SOURCE

    def first_page(self, request: HttpRequest, place: Place) -> str:
        """The imports, for the heads."""
        del request
        return _front(place)

    def office(self, request: HttpRequest) -> str:
        """The page of the assistance académique, for its members."""
        return reverse("registre:assistance") if is_assistant(person(request)) else ""

    def pupil_page(self, place: Place, enrolment: Enrolment) -> str:
        """The record of a pupil with a livret, for who reads records."""
        if not (enrolment.has_livret and can_read(place.actor)):
            return ""
        return address("registre:record", place.school.uai, enrolment.student.siecle_id)

    def division_page(self, place: Place, cfd: str, division: int) -> str:
        """The records, which stand division by division, for who reads them."""
        del division
        found = cfd and can_read(place.actor)
        return address("registre:records", place.school.uai) if found else ""

    def menu(self, place: Place, view_name: str) -> Menu:
        """`Paramétrage / Importer`, as the seed names it; elsewhere a link."""
        front = _front(place)
        if not front:
            return Menu()
        if not view_name.startswith(f"{self.namespace}:"):
            return Menu(links=(Entry("Registre", front, current=False),))
        current, uai = _FAMILY.get(view_name, view_name), place.school.uai
        drop: list[Page] = [
            ("Importer", "registre:imports", True),
            ("Jetons de dépôt", "registre:tokens", can_receive(place.actor)),
        ]
        held = entries(drop, current, uai=uai)
        links: list[Page] = [("Dossiers", "registre:records", True)]
        settings = Drop("Paramétrage", held, current=any(one.current for one in held))
        return Menu((settings,), entries(links, current, uai=uai) + _office(place))


def _office(place: Place) -> tuple[Entry, ...]:
    """The way back of the assistance, who reads a school."""
    if can_receive(place.actor):
        return ()
    return (Entry("Assistance académique", reverse("registre:assistance"), current=False),)


def _front(place: Place) -> str:
    return address("registre:imports", place.school.uai) if can_read(place.actor) else ""


_FAMILY: Mapping[str, str] = {
    "registre:import": "registre:imports",
    "registre:verification": "registre:imports",
    "registre:record": "registre:records",
    "registre:history": "registre:records",
}
"""The entry of the menu that a page without one belongs to."""

REGISTRE = Registre()
