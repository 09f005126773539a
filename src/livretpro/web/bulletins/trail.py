"""How the journal names what Bulletins writes."""

from collections.abc import Callable, Mapping

from livretpro.bulletins.queries.naming import pupil_names, service_names
from livretpro.web.base.place import Place
from livretpro.web.base.trail.named import Keys, Named, Names, numbers
from livretpro.web.base.trail.naming import with_year


def _bulletins(place: Place, keys: Keys) -> Names:
    """`12:3` is the pupil 12 in the period 3."""
    pupils = {key: key.partition(":")[0] for key in keys}
    names = pupil_names(place.school, numbers(pupils.values()))
    return {
        key: Named(names[int(number)])
        for key, number in pupils.items()
        if number.isdigit() and int(number) in names
    }


def _services(place: Place, keys: Keys) -> Names:
    """`12` is a service; one that is made is told by its place and code."""
    names = service_names(place.school, numbers(keys))
    return {str(number): Named(name) for number, name in names.items()}


def _periods(_place: Place, keys: Keys) -> Names:
    """`2025:1MELEC` is a division that has its own; `2025-2026` a year of the school."""
    return {key: Named(with_year(key)) for key in keys}


MAKERS: Mapping[str, Callable[[Place, Keys], Names]] = {
    "bulletin": _bulletins,
    "periodes": _periods,
    "service_bulletin": _services,
}
