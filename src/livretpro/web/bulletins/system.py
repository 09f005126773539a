"""What Bulletins gives to the pages that the systems share."""

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpRequest

from livretpro.bulletins.permissions import can_configure, can_read_bulletins
from livretpro.bulletins.queries.settings import appraisal_max_of
from livretpro.bulletins.words import GENERAL_APPRAISAL_MAX
from livretpro.phrases.rules import Text
from livretpro.schools.actors import Actor
from livretpro.web.base.addresses import address
from livretpro.web.base.menu import Drop, Entry, Menu, Page, entries
from livretpro.web.base.place import Place
from livretpro.web.base.systems import System
from livretpro.web.bulletins.trail import MAKERS


class Bulletins(System):
    """Subjects, services, CPRO import, bulletins."""

    namespace = "bulletins"
    kinds: ClassVar[Mapping[str, str]] = {
        "bulletin": "bulletins",
        "connexion_cpro": "connexion à CPRO",
        "devoir": "devoirs",
        "filiere": "filières",
        "import_cpro": "imports de CPRO",
        "maquette": "maquettes",
        "matiere": "matières",
        "periodes": "périodes",
        "referentiel_matiere": "référentiels par matière",
        "reglages_bulletins": "réglages des bulletins",
        "service_bulletin": "services des bulletins",
    }
    nouns: ClassVar[Mapping[str, str]] = {
        "bulletin": "Bulletin de",
        "connexion_cpro": "Connexion à CPRO de",
        "devoir": "Devoir n°",
        "filiere": "Filière",
        "import_cpro": "Import de CPRO n°",
        "maquette": "Maquette",
        "matiere": "Matière",
        "periodes": "Périodes de",
        "referentiel_matiere": "Référentiel par matière n°",
        "reglages_bulletins": "Réglages des bulletins de",
        "service_bulletin": "Service",
    }
    makers = MAKERS

    def first_page(self, request: HttpRequest, place: Place) -> str:
        """The prerequisites of the import for who configures, the bulletins for teachers."""
        del request
        return _front(place)

    def menu(self, place: Place, view_name: str) -> Menu:
        """The menus of the school-management side, by their names in the seed; a link to them from
        the pages of other systems."""
        if not view_name.startswith(f"{self.namespace}:"):
            front = _front(place)
            return Menu(links=(Entry("Bulletins", front, current=False),) if front else ())
        may = can_configure(place.actor)
        drops = (
            self._drop("Ressources", _resources(may), place, view_name),
            self._drop("Compétences", _competences(place.actor), place, view_name),
            self._drop("Imports/Exports", _exchanges(may), place, view_name),
        )
        return Menu(tuple(drop for drop in drops if drop.entries))

    def texts(self, place: Place) -> tuple[Text, ...]:
        """The appraisal of a service and the general one, for who writes in bulletins."""
        if not can_read_bulletins(place.actor):
            return ()
        longest = appraisal_max_of(place.school)
        return (
            Text("bulletin_appreciation", "Appréciation au bulletin", longest),
            Text("bulletin_generale", "Appréciation générale du bulletin", GENERAL_APPRAISAL_MAX),
        )

    def _drop(self, label: str, pages: list[Page], place: Place, view_name: str) -> Drop:
        held = entries(pages, view_name, uai=place.school.uai)
        belongs = {name for _, name, _ in pages}
        return Drop(label, held, current=_FAMILY.get(view_name, view_name) in belongs)


def _front(place: Place) -> str:
    """Where work starts: the prerequisites for who configures, the bulletins for teachers; empty
    for who has nothing to do here."""
    if can_configure(place.actor):
        return address("bulletins:cpro", place.school.uai)
    reads = can_read_bulletins(place.actor)
    return address("bulletins:consultation", place.school.uai) if reads else ""


def _resources(may: bool) -> list[Page]:  # noqa: FBT001 (one question of a table)
    return [
        ("Classes > Liste", "bulletins:classes", may),
        ("Classes > Services par classe", "bulletins:services", may),
        ("Classes > Filières concernées", "bulletins:sectors", True),
        ("Matières > Liste", "bulletins:subjects", may),
        ("Périodes", "bulletins:periods", may),
    ]


def _competences(actor: Actor) -> list[Page]:
    may, reads = can_configure(actor), can_read_bulletins(actor)
    return [
        ("Référentiels > Référentiels par matière", "bulletins:frames", may),
        ("Bulletins > Configuration des maquettes", "bulletins:mockups", may),
        ("Bulletins > Consultation", "bulletins:consultation", reads),
        ("Bulletins > Notes et appréciations", "bulletins:typing", reads),
        ("Bulletins > Phrases prêtes", "phrases", reads),
    ]


def _exchanges(may: bool) -> list[Page]:  # noqa: FBT001 (one question of a table)
    return [
        ("PARTENAIRES > CPRO > Importer les données de CPRO", "bulletins:cpro", may),
        ("PARTENAIRES > CPRO > Connexion", "bulletins:connection", may),
    ]


_FAMILY: Mapping[str, str] = {
    "bulletins:services_of_class": "bulletins:services",
    "bulletins:service_teachers": "bulletins:services",
    "bulletins:pupils": "bulletins:classes",
    "bulletins:frame": "bulletins:frames",
    "bulletins:import": "bulletins:cpro",
    "bulletins:mockup": "bulletins:mockups",
    "bulletins:mockups_assign": "bulletins:mockups",
    **dict.fromkeys(
        (
            *("bulletins:divisions", "bulletins:division", "bulletins:bulletin"),
            *("bulletins:choose_period", "bulletins:general", "bulletins:publication"),
        ),
        "bulletins:consultation",
    ),
    **dict.fromkeys(
        (
            *("bulletins:entry", "bulletins:marks", "bulletins:degrees"),
            *("bulletins:appraisals", "bulletins:work", "bulletins:work_add"),
        ),
        "bulletins:typing",
    ),
}
"""The entry of the menu that a page without one belongs to."""

BULLETINS = Bulletins()
