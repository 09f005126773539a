"""Calling what an entry tells of by its name, with a link where the reader may open it.

A key that leads to nothing any more (an erased pupil, a removed account) is told as it stands.
"""

from collections.abc import Callable, Iterable, Mapping

from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.phrases.permissions import can_use_phrases
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import diplomas
from livretpro.schools.permissions import can_import, can_name_teachers, can_read_accounts
from livretpro.web.base.addresses import address, diploma_path
from livretpro.web.base.place import Place
from livretpro.web.base.systems import system_of
from livretpro.web.base.trail import queries
from livretpro.web.base.trail.named import Keys, Named, Names, numbers


def names_of(place: Place, entries: Iterable[Entry]) -> Mapping[tuple[str, str], Named]:
    """The objects of these entries, by kind and key: at most two queries a kind."""
    keys: dict[str, dict[str, None]] = {}
    for entry in entries:
        keys.setdefault(entry.kind, {})[entry.key] = None
    found: dict[tuple[str, str], Named] = {}
    for kind, of_kind in keys.items():
        if make := _MAKERS.get(kind) or system_of(kind).makers.get(kind):
            made = make(place, list(of_kind))
            found |= {(kind, key): named for key, named in made.items()}
    return found


def pupils(place: Place, keys: Keys) -> Names:
    found = {key: Named(f"n° {key}") for key in keys}
    for one in queries.pupils(place.actor, numbers(keys)):
        found[one.key] = Named(one.name, livret_page(place, one))
    return found


def livret_page(place: Place, one: queries.NamedPupil) -> str:
    if one.enrolment is None:
        return ""
    path = diploma_path(place.school, one.cfd, one.year)
    return address("suivi:livret", place.school.uai, path, one.enrolment)


def divisions(place: Place, keys: Keys) -> Names:
    """`2025:TCIEL1` is a division in a year, with its page."""
    found = {key: Named(with_year(key)) for key in keys}
    for one in queries.divisions(place.actor, codes=[_after_year(key) for key in keys]):
        key = f"{one.year}:{one.code}"
        if key in found:
            found[key] = Named(found[key].name, division_page(place, one))
    return found


def division_page(place: Place, one: queries.NamedDivision) -> str:
    if not one.cfd or not place.actor.follows_pupils:
        return ""
    path = diploma_path(place.school, one.cfd, one.year)
    return address("suivi:division", place.school.uai, path, one.pk)


def _of_a_year(_place: Place, keys: Keys) -> Names:
    return {key: Named(with_year(key)) for key in keys}


def _services(_place: Place, keys: Keys) -> Names:
    """`2025:D:TCIEL1:071100:` is the subject 071100 in TCIEL1."""
    found = {}
    for key in keys:
        parts = _after_year(key).split(":")
        if len(parts) == 4:
            _, code, subject, mode = parts
            taught = f"{subject} {mode}".strip()
            found[key] = Named(with_year(f"{key.partition(':')[0]}:{taught} en {code}"))
    return found


def with_year(key: str) -> str:
    """`2025:TCIEL1` is told as `TCIEL1, 2025-2026`."""
    year, colon, rest = key.partition(":")
    return f"{rest}, {year_words(year)}" if colon and year.isdigit() else key


def _after_year(key: str) -> str:
    return key.partition(":")[2]


def year_words(year: str) -> str:
    return f"{year}-{int(year) + 1}"


def _people(place: Place, keys: Keys) -> Names:
    found = queries.people_of_sts(place.actor, [key.partition(":")[0] for key in keys])
    return {f"{one.sts_id}:{one.sts_type}": Named(str(one)) for one in found}


def _accounts(place: Place, keys: Keys) -> Names:
    page = address("accounts", place.school.uai) if can_read_accounts(place.actor) else ""
    return {
        user.identifier: Named(f"{user.full_name} ({user.identifier})", page)
        for user in queries.accounts(place.actor, keys)
    }


def _school(place: Place, keys: Keys) -> Names:
    return {key: Named(str(place.school)) for key in keys if key == place.school.uai}


def _charges(place: Place, keys: Keys) -> Names:
    """`2025:TCIEL1` is the class of a professeur principal, `2025:1001` the pupil of a référent."""
    own = {key: _after_year(key) for key in keys}
    pupils = {one.key: one for one in queries.pupils(place.actor, numbers(own.values()))}
    found = {
        key: Named(pupils[number].name, livret_page(place, pupils[number]))
        for key, number in own.items()
        if number in pupils
    }
    return dict(divisions(place, [key for key in keys if key not in found])) | found


DEPOSIT = "dépôt "


def _imports(place: Place, keys: Keys) -> Names:
    """`2025` is the year of an import that was applied, `dépôt 12` one that was given up."""
    may = can_import(place.actor, place.school)
    page = address("imports", place.school.uai) if may else ""
    found = {key: Named(f"année {year_words(key)}", page) for key in keys if key.isdigit()}
    deposits = numbers(key.removeprefix(DEPOSIT) for key in keys if key.startswith(DEPOSIT))
    for batch in queries.imports(place.actor, deposits) if deposits else ():
        day = timezone.localtime(batch.created_at)
        one = address("import_batch", place.school.uai, batch.pk) if may else ""
        found[f"{DEPOSIT}{batch.pk}"] = Named(f"déposé le {day:%d/%m/%Y à %H:%M}", one)
    return found


def known_diplomas(place: Place, cfds: Iterable[str]) -> Mapping[str, Diploma]:
    return diplomas(set(cfds), school=[place.school.uai])


def _referentiels(place: Place, keys: Keys) -> Names:
    return {
        cfd: Named(str(diploma), address("suivi:referentiel", place.school.uai, cfd))
        for cfd, diploma in known_diplomas(place, keys).items()
    }


def _speciality(place: Place, keys: Keys) -> Names:
    """`12:40025519` is a division and a diploma, `34` a member of the staff who is replaced."""
    pairs = {key: key.split(":") for key in keys if key.count(":") == 1}
    known = known_diplomas(place, (cfd for _, cfd in pairs.values())) if pairs else {}
    pks = numbers(number for number, _ in pairs.values())
    by_key = {str(one.pk): one for one in queries.divisions(place.actor, keys=pks)}
    found = {str(one.pk): Named(str(one)) for one in queries.people(place.actor, numbers(keys))}
    for key, (number, cfd) in pairs.items():
        if one := by_key.get(number):
            words = f"{one.code}, {known.get(cfd, cfd)}"
            found[key] = Named(words, _teachers_page(place, cfd, one.year))
    return found


def _teachers_page(place: Place, cfd: str, year: int) -> str:
    if year != place.school.current_year or not can_name_teachers(place.actor):
        return ""
    return address("suivi:teachers", place.school.uai, cfd)


def _phrases(place: Place, keys: Keys) -> Names:
    page = address("phrases", place.school.uai) if can_use_phrases(place.actor) else ""
    return {key: Named(f"n° {key}", page) for key in keys}


_MAKERS: dict[str, Callable[[Place, Keys], Names]] = {
    "charge": _charges,
    "compte": _accounts,
    "division": divisions,
    "eleve": pupils,
    "etablissement": _school,
    "groupe": _of_a_year,
    "import": _imports,
    "personnel": _people,
    "phrase": _phrases,
    "referentiel": _referentiels,
    "service": _services,
    "specialite": _speciality,
}
