"""The main menu: what a person may open from where they stand."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from livretpro.web.base.place import DiplomaPlace, Place


@dataclass(frozen=True)
class Entry:
    """A link of the menu; `current` when it leads to the page on screen."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True)
class Menu:
    """The drop-down "LSL Pro" (empty: not shown), then plain links."""

    lsl_pro: tuple[Entry, ...] = ()
    lsl_pro_current: bool = False
    links: tuple[Entry, ...] = ()


def menu_of(place: Place | None, view_name: str) -> Menu:
    """The menu of this place, `view_name` being the page on screen. No query."""
    if place is None:
        return Menu()
    return Menu(
        lsl_pro=_lsl_pro(place, view_name),
        lsl_pro_current=place.diploma is not None,
        links=_links(place, view_name),
    )


def _lsl_pro(place: Place, view_name: str) -> tuple[Entry, ...]:
    if not isinstance(place, DiplomaPlace) or not place.actor.follows_pupils:
        return ()
    head = place.actor.is_head
    pages = [
        ("Tableau de bord LSL Pro", "suivi:dashboard", head),
        ("Saisie du livret scolaire des élèves", "suivi:entry", True),
        ("Configuration et export du LSL Pro", "suivi:export", head),
        ("Enseignants de la spécialité", "suivi:teachers", head and not place.former),
        ("Référentiel du diplôme", "suivi:referentiel", head and not place.former),
    ]
    return _entries(pages, view_name, uai=place.school.uai, cfd=place.path)


def _links(place: Place, view_name: str) -> tuple[Entry, ...]:
    actor = place.actor
    pages = [
        ("Tableau du lycée", "suivi:school_board", actor.is_head),
        ("LSL Pro", "school", actor.follows_pupils and place.diploma is None),
        ("Import SIECLE", "suivi:imports", actor.is_administrator or actor.is_head),
        ("Comptes", "suivi:accounts", actor.is_administrator),
        ("Journal", "journal", actor.is_administrator or actor.is_head),
    ]
    return _entries(pages, view_name, uai=place.school.uai)


def _entries(pages: list[tuple[str, str, bool]], view_name: str, **where: str) -> tuple[Entry, ...]:
    """The entries that are allowed and that this instance serves."""
    allowed = [(label, name, _address(name, where)) for label, name, may in pages if may]
    return tuple(
        Entry(label, address, current=name == view_name)
        for label, name, address in allowed
        if address
    )


def _address(name: str, where: dict[str, str]) -> str:
    """The address of a page, empty when no system of this instance has it."""
    try:
        return reverse(name, kwargs=where)
    except NoReverseMatch:
        return ""
