"""The systems that an instance serves: all of them, or those of `LIVRETPRO_SERVICES`."""

import os
from enum import StrEnum


class System(StrEnum):
    """A system of LivretPro; they meet by file and by HTTP only."""

    SUIVI = "suivi"
    BULLETINS = "bulletins"
    REGISTRE = "registre"


class UnknownSystem(ValueError):
    """`LIVRETPRO_SERVICES` names something else."""


APPS = {
    System.SUIVI: (
        "livretpro.web.suivi",
        "livretpro.lsl_export",
        "livretpro.partners",
        "livretpro.livrets",
    ),
    System.BULLETINS: ("livretpro.web.bulletins", "livretpro.bulletins"),
    System.REGISTRE: ("livretpro.web.registre", "livretpro.lsl_registry"),
}
"""The applications of each, beside those that all share."""


def served(text: str) -> tuple[System, ...]:
    """The systems that `suivi,bulletins` names, in their own order; all when nothing is said.

    Raises `UnknownSystem`.
    """
    names = {name.strip().lower() for name in text.split(",") if name.strip()}
    if unknown := sorted(names - {system.value for system in System}):
        known = ", ".join(System)
        raise UnknownSystem(
            f"LIVRETPRO_SERVICES nomme « {unknown[0]} » : les systèmes sont {known}."
        )
    return tuple(system for system in System if not names or system.value in names)


def here() -> tuple[System, ...]:
    """The systems of this instance. Raises `UnknownSystem`."""
    return served(os.environ.get("LIVRETPRO_SERVICES", ""))


def apps_of(systems: tuple[System, ...]) -> list[str]:
    """The applications to install for these systems."""
    return [app for system in systems for app in APPS[system]]
