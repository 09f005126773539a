"""The main menu: what a person may open from where they stand."""

from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from livretpro.schools.permissions import can_read_accounts
from livretpro.web.base.place import Place


@dataclass(frozen=True)
class Entry:
    """A link of the menu; `current` when it leads to the page on screen."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True)
class Drop:
    """A drop-down of links; `current` when the page on screen belongs to it."""

    label: str
    entries: tuple[Entry, ...]
    current: bool


@dataclass(frozen=True)
class Menu:
    """Drop-downs, then plain links."""

    drops: tuple[Drop, ...] = ()
    links: tuple[Entry, ...] = field(default=())

    def __add__(self, other: "Menu") -> "Menu":
        return Menu(self.drops + other.drops, self.links + other.links)

    def __bool__(self) -> bool:
        return bool(self.drops or self.links)


Page = tuple[str, str, bool]
"""A label, the name of a page, whether this person may open it."""


def shared(place: Place, view_name: str) -> Menu:
    """The pages that every system needs. No query."""
    actor = place.actor
    pages: list[Page] = [
        ("Import SIECLE", "imports", actor.is_administrator or actor.is_head),
        ("Comptes", "accounts", can_read_accounts(actor)),
        ("Journal", "journal", actor.is_administrator or actor.is_head),
    ]
    return Menu(links=entries(pages, view_name, uai=place.school.uai))


def entries(pages: list[Page], view_name: str, **where: object) -> tuple[Entry, ...]:
    """The entries that are allowed and that this instance serves."""
    allowed = [(label, name, _address(name, where)) for label, name, may in pages if may]
    return tuple(
        Entry(label, address, current=name == view_name)
        for label, name, address in allowed
        if address
    )


def _address(name: str, where: dict[str, object]) -> str:
    """The address of a page, empty when no system of this instance has it."""
    try:
        return reverse(name, kwargs=where)
    except NoReverseMatch:
        return ""
