"""What each system of this instance gives to the pages that they share.

The shell imports no system. Each one registers when its pages are installed; the shell asks them
all for their menu, where work starts, what waits in the header, which texts take ready phrases, and
how the journal names things.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.http import HttpRequest

from livretpro.journal.models import Entry
from livretpro.phrases.rules import Text
from livretpro.schools.models import Enrolment
from livretpro.web.base.menu import Menu
from livretpro.web.base.place import Place
from livretpro.web.base.trail.named import Keys, Named, Names


@dataclass(frozen=True)
class Header:
    """Templates shown above each page and in its band, and what they ask, read when they do."""

    above_page: tuple[str, ...] = ()
    in_band: tuple[str, ...] = ()
    context: Mapping[str, object] = field(default_factory=dict)


class System:
    """A system with pages of its own; each says what it has to say, and nothing by default."""

    namespace: ClassVar[str] = ""
    """What the names of its pages begin with."""
    kinds: ClassVar[Mapping[str, str]] = {}
    """Sorts of entries that it writes in the journal, as the filter of the journal names them."""
    of_administration: ClassVar[frozenset[str]] = frozenset()
    """Those among them that an administrator reads: nothing pedagogical (spec 01, People)."""
    nouns: ClassVar[Mapping[str, str]] = {}
    """What stands before the name of the object, for all the sorts that it writes: those of
    `kinds`, and those that no journal of a school holds."""
    makers: ClassVar[Mapping[str, Callable[[Place, Keys], Names]]] = {}
    """How the objects of these sorts are named: at most two queries each."""
    line: ClassVar[str] = ""
    """What every page of an instance that serves this system alone says of it."""

    def first_page(self, request: HttpRequest, place: Place) -> str:
        """Where work starts for this person, empty when there is nothing for them here."""
        del request, place
        return ""

    def office(self, request: HttpRequest) -> str:
        """Where work starts for a person who has no school, empty when there is nothing for them.
        One query at most."""
        del request
        return ""

    def menu(self, place: Place, view_name: str) -> Menu:
        """Its part of the main menu, `view_name` being the page on screen. No query."""
        del place, view_name
        return Menu()

    def is_left(self, view_name: str) -> bool:
        """Whether the page on screen is one of another system: a link is then menu enough."""
        return ":" in view_name and not view_name.startswith(f"{self.namespace}:")

    def header(self, request: HttpRequest, place: Place) -> Header:
        """What it shows in the header. No query before a template asks."""
        del request, place
        return Header()

    def pupil_page(self, place: Place, enrolment: Enrolment) -> str:
        """The page of a pupil in a year, empty when there is none for this person. No query."""
        del place, enrolment
        return ""

    def division_page(self, place: Place, cfd: str, division: int) -> str:
        """The page of a division of the year at work, by its key, for a diploma (empty: none). No
        query."""
        del place, cfd, division
        return ""

    def texts(self, place: Place) -> tuple[Text, ...]:
        """Its texts that this person writes and that take ready phrases. One query at most."""
        del place
        return ()

    def field(self, entry: Entry, named: Named) -> str:
        """The field that an entry tells of, as one reads it."""
        del named
        return str(entry.field)

    def value(self, entry: Entry, text: str) -> str:
        """A value of that field, as one reads it."""
        del entry
        return text


_installed: list[System] = []


def register(system: System) -> None:
    """Make a system known, once, when its pages are installed."""
    _installed.append(system)


def systems() -> Iterator[System]:
    """The systems of this instance, in the order of its settings."""
    return iter(_installed)


def line_of_all() -> str:
    """What every page of this instance says: the line of the system that it serves alone."""
    alone = _installed if len(_installed) == 1 else []
    return "".join(system.line for system in alone)


def texts_of(place: Place) -> tuple[Text, ...]:
    """The texts of every system that this person writes and that take ready phrases."""
    return tuple(text for system in _installed for text in system.texts(place))


def system_of(kind: str) -> System:
    """The system that writes such entries in the journal."""
    return next((system for system in _installed if kind in system.nouns), System())
