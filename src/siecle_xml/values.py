"""How the files write their values, and what is said of those that cannot be taken."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from lxml import etree

from siecle_xml.model import Remarque

INE = re.compile(r"[0-9A-Z]{11}")
MEF = re.compile(r"[0-9A-Z]{11}")
FRENCH_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
SHOWN = 40  # characters of a faulty value that a sentence quotes


@dataclass(frozen=True)
class Subject:
    """The person or thing being read: where it stands, and where remarks about it go."""

    label: str
    ligne: int
    remarques: list[Remarque]
    eleve_id: int | None = None

    def remark(self, code: str, clause: str) -> None:
        """Note `label : clause.`, a French clause without capital."""
        phrase = f"{self.label} : {clause}."
        self.remarques.append(Remarque(code, phrase, self.eleve_id, self.ligne))


def text(element: etree._Element, path: str) -> str:
    """Return the stripped text at `path`, "" when absent or empty."""
    return (element.findtext(path) or "").strip()


def attribute(element: etree._Element, name: str) -> str:
    """Return a stripped attribute, "" when absent."""
    return str(element.get(name, "")).strip()


def first(*values: str) -> str:
    """Return the first value that is not empty, else ""."""
    return next(filter(None, values), "")


def texts(element: etree._Element, path: str) -> tuple[str, ...]:
    """Return the texts at `path` that are not empty, in order, each once."""
    return once((child.text or "").strip() for child in element.iterfind(path))


def once(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values that are not empty, in order, each once."""
    return tuple(dict.fromkeys(filter(None, values)))


def parse_french_date(value: str) -> date:
    """Read JJ/MM/AAAA, the form of SIECLE; ValueError for anything else."""
    if not (found := FRENCH_DATE.fullmatch(value)):
        raise ValueError(value)
    day, month, year = map(int, found.groups())
    return date(year, month, day)


def parse_iso_date(value: str) -> date:
    """Read AAAA-MM-JJ, the form of STS; ValueError for anything else."""
    if not (found := ISO_DATE.fullmatch(value)):
        raise ValueError(value)
    year, month, day = map(int, found.groups())
    return date(year, month, day)


def french_date(subject: Subject, what: str, value: str) -> date | None:
    """Read a date of SIECLE; an invalid one is None, with the remark `date_invalide`."""
    return _date(subject, what, value, parse=parse_french_date)


def iso_date(subject: Subject, what: str, value: str) -> date | None:
    """Read a date of STS; an invalid one is None, with the remark `date_invalide`."""
    return _date(subject, what, value, parse=parse_iso_date)


def _date(subject: Subject, what: str, value: str, *, parse: Callable[[str], date]) -> date | None:
    if not value:
        return None
    try:
        return parse(value)
    except ValueError:
        clause = f"la {what} « {value[:SHOWN]} » n’est pas une date, elle n’est pas reprise"
        subject.remark("date_invalide", clause)
        return None


def ine(subject: Subject, value: str) -> str | None:
    """Read an INE of eleven letters and digits; another is None, with the remark `ine_invalide`."""
    ine = value.upper()
    if not ine or INE.fullmatch(ine):
        return ine or None
    clause = f"l’INE « {value[:SHOWN]} » n’a pas onze lettres et chiffres, il n’est pas repris"
    subject.remark("ine_invalide", clause)
    return None


def code_mef(subject: Subject, value: str) -> str | None:
    """Read a MEF of eleven characters; another is None, with the remark `mef_invalide`."""
    if not value or MEF.fullmatch(value):
        return value or None
    clause = f"le code MEF « {value[:SHOWN]} » n’a pas onze caractères, il n’est pas repris"
    subject.remark("mef_invalide", clause)
    return None
