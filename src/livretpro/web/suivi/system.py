"""What Suivi gives to the pages that the systems share."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from django.http import HttpRequest

from livretpro.journal import models as journal
from livretpro.livrets.announcing import unread
from livretpro.livrets.fields import APPRECIATION_MAX, PFMP_MAX
from livretpro.livrets.models import Announcement
from livretpro.partners.permissions import can_manage_partners
from livretpro.phrases.rules import Text
from livretpro.schools.models import Enrolment
from livretpro.schools.rules import Role
from livretpro.web.base.addresses import address, diploma_path
from livretpro.web.base.menu import Drop, Entry, Menu, Page, entries
from livretpro.web.base.place import Place
from livretpro.web.base.systems import Header, System
from livretpro.web.base.trail.named import Named
from livretpro.web.suivi import trail
from livretpro.web.suivi.exporting import running_export
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.views.start import first_page

TEXTS = (
    Text("appreciation", "Appréciation générale du livret", APPRECIATION_MAX),
    Text("pfmp_synthese", "Synthèse des PFMP", PFMP_MAX),
    Text("projet_appreciation", "Appréciation du projet", APPRECIATION_MAX),
)
"""By the keys of their fields."""


class Suivi(System):
    """Livrets: their entry, their boards, their export."""

    namespace = "suivi"
    kinds: ClassVar[Mapping[str, str]] = {
        "periodicite": "périodicité et campagne",
        "livret": "livrets",
        "bilan_de_periode": "publication des bilans de période",
        "partenaire": "accès des partenaires",
        "impression": "impressions",
        "connexion_registre": "réglages du dépôt au registre",
        "export": "exports",
        "bilan_lsl": "bilans du LSL",
    }
    of_administration: ClassVar[frozenset[str]] = frozenset({"partenaire"})
    nouns: ClassVar[Mapping[str, str]] = {
        "bilan_de_periode": "Bilans de période de",
        "bilan_lsl": "Bilan du LSL",
        "connexion_registre": "Dépôt au registre de",
        "export": "Export de",
        "impression": "Livret imprimé :",
        "livret": "Livret de",
        "partenaire": "Accès de",
        "periodicite": "Réglages de",
    }
    makers = trail.MAKERS

    def first_page(self, request: HttpRequest, place: Place) -> str:
        """The diploma at work, or their choice."""
        return first_page(request, place)

    def menu(self, place: Place, view_name: str) -> Menu:
        """On a diploma a drop-down of its pages, elsewhere a link."""
        actor = place.actor
        links: list[Page] = [
            (
                "Tableau du lycée",
                "suivi:school_board",
                actor.is_head and not self.is_left(view_name),
            ),
        ]
        drops: tuple[Drop, ...] = ()
        if isinstance(place, DiplomaPlace) and actor.follows_pupils:
            drops = (Drop("LSL Pro", _of_diploma(place, view_name), current=True),)
        else:
            shown = actor.is_administrator and not self.is_left(view_name)
            links.append(("Partenaires", "suivi:partners", shown))
            links.append(("LSL Pro", "school", actor.follows_pupils))
        return Menu(drops, entries(links, view_name, uai=place.school.uai))

    def header(self, request: HttpRequest, place: Place) -> Header:
        """The export that one asked for; what the head told this teacher."""
        return Header(
            above_page=("suivi/parts/announcements.html",),
            in_band=("suivi/parts/running.html",),
            context={
                "announcements": _waiting(place),
                "running_export": running_export(request, place),
            },
        )

    def pupil_page(self, place: Place, enrolment: Enrolment) -> str:
        """The livret of the year."""
        if not enrolment.has_livret:
            return ""
        path = diploma_path(place.school, enrolment.cfd, enrolment.school_year)
        return address("suivi:livret", place.school.uai, path, enrolment.pk)

    def division_page(self, place: Place, cfd: str, division: int) -> str:
        """The class grid."""
        return address("suivi:division", place.school.uai, cfd, division) if cfd else ""

    def texts(self, place: Place) -> tuple[Text, ...]:
        """Those of the livret, for who follows pupils."""
        return TEXTS if place.actor.follows_pupils else ()

    def field(self, entry: journal.Entry, named: Named) -> str:
        """A field of the livret in its words."""
        return trail.field(entry, named)

    def value(self, entry: journal.Entry, text: str) -> str:
        """A degree, a periodicity in words."""
        return trail.value(entry, text)


def _of_diploma(place: DiplomaPlace, view_name: str) -> tuple[Entry, ...]:
    head = place.actor.is_head
    pages: list[Page] = [
        ("Tableau de bord LSL Pro", "suivi:dashboard", head),
        ("Saisie du livret scolaire des élèves", "suivi:entry", True),
        ("Configuration et export du LSL Pro", "suivi:export", head),
        ("Enseignants de la spécialité", "suivi:teachers", head and not place.former),
        ("Référentiel du diplôme", "suivi:referentiel", head and not place.former),
    ]
    of_school: list[Page] = [("Partenaires", "suivi:partners", can_manage_partners(place.actor))]
    return (
        *entries(pages, view_name, uai=place.school.uai, cfd=place.path),
        *entries(of_school, view_name, uai=place.school.uai),
    )


def _waiting(place: Place) -> Callable[[], list[Announcement]]:
    """What a teacher has not read yet, asked by whole pages alone: one query, none for others."""

    def found() -> list[Announcement]:
        user, year = place.actor.user, place.year
        if user is None or year is None or Role.ENSEIGNANT not in place.actor.roles:
            return []
        return unread(user, year)

    return found


SUIVI = Suivi()
