"""How the journal names what Suivi writes: livrets, settings, exports, prints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from livretpro.journal.models import Entry
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.wording import field_label, value_words
from livretpro.lsl_export.returned_seen import bilans_named
from livretpro.partners.queries import clients_of
from livretpro.referentiels.rules import Level
from livretpro.web.base.addresses import address, diploma_path
from livretpro.web.base.place import Place
from livretpro.web.base.trail import queries
from livretpro.web.base.trail.named import Keys, Named, Names, numbers
from livretpro.web.base.trail.naming import (
    division_page,
    divisions,
    known_diplomas,
    livret_page,
    pupils,
    year_words,
)
from livretpro.web.suivi.queries import found_exports, found_livrets

PERIODS = {kind.value: kind.plural for kind in PeriodKind}


@dataclass(frozen=True)
class NamedLivret(Named):
    """The pupil of a livret, and its periodicity."""

    period: PeriodKind | None = None


def field(entry: Entry, named: Named) -> str:
    """A field of a livret in its words."""
    if entry.kind != "livret":
        return str(entry.field)
    return field_label(entry.field, named.period if isinstance(named, NamedLivret) else None)


def value(entry: Entry, text: str) -> str:
    """A value of it in words."""
    if entry.kind == "livret":
        return value_words(entry.field, text)
    if (entry.kind, entry.field) == ("periodicite", "périodicité"):
        return PERIODS.get(text, text)
    return text


def _livrets(place: Place, keys: Keys) -> Names:
    return {
        one.key: NamedLivret(one.name, livret_page(place, one), PeriodKind(kind) if kind else None)
        for one, kind in found_livrets(place.actor, numbers(keys))
    }


def _periodicities(place: Place, keys: Keys) -> Names:
    """`2025:40025519:terminale` is a level of a diploma in a year."""
    parts = {key: key.split(":") for key in keys if key.count(":") == 2}
    known = known_diplomas(place, (cfd for _, cfd, _ in parts.values()))
    found = {}
    for key, (year, cfd, level) in parts.items():
        words = f"{Level(level).label} {known.get(cfd, cfd)}, {year_words(year)}"
        path = diploma_path(place.school, cfd, int(year))
        page = address("suivi:export", place.school.uai, path) if place.actor.is_head else ""
        found[key] = Named(words, page)
    return found


def _prints(place: Place, keys: Keys) -> Names:
    """`1001` is the pupil of a livret, `12:40025519` the division and diploma of several."""
    found = dict(pupils(place, [key for key in keys if ":" not in key]))
    pairs = {key: key.partition(":") for key in keys if ":" in key}
    pks = numbers(number for number, _, _ in pairs.values())
    by_key = {str(one.pk): one for one in queries.divisions(place.actor, keys=pks)}
    for key, (number, _, cfd) in pairs.items():
        if one := by_key.get(number):
            found[key] = Named(one.code, division_page(place, replace(one, cfd=cfd)))
    return found


DIGEST_LENGTH = 64
SHOWN_OF_DIGEST = 12


def _exports(place: Place, keys: Keys) -> Names:
    """`12` is a version made here, a digest a file that was verified and not recognised."""
    digests = (key for key in keys if len(key) == DIGEST_LENGTH)
    found = {key: Named(f"fichier {key[:SHOWN_OF_DIGEST]}…") for key in digests}
    for one in found_exports(place.actor, numbers(keys)):
        path = diploma_path(place.school, one.cfd, one.school_year)
        page = address("suivi:export_division", place.school.uai, path, one.division_id)
        found[str(one.pk)] = Named(f"{one.division}, version {one.number}", page)
    return found


def _returned(place: Place, keys: Keys) -> Names:
    """`12` is a bilan of LSL; taken away, it is its file alone, which the field says."""
    found = {}
    for one in bilans_named(numbers(keys), by=place.actor):
        path = diploma_path(place.school, one.cfd, one.year) if one.cfd else ""
        page = address("suivi:returned_bilan", place.school.uai, path, one.pk) if path else ""
        found[str(one.pk)] = Named(one.words, page)
    return found


def _partners(place: Place, keys: Keys) -> Names:
    """`lp-0a1b2c` is the access of a partner."""
    page = address("suivi:partners", place.school.uai)
    named = {client.client_id: client.name for client in clients_of(place.actor)}
    return {key: Named(named.get(key, key), page) for key in keys}


MAKERS: Mapping[str, Callable[[Place, Keys], Names]] = {
    "bilan_de_periode": divisions,
    "bilan_lsl": _returned,
    "export": _exports,
    "impression": _prints,
    "livret": _livrets,
    "partenaire": _partners,
    "periodicite": _periodicities,
}
