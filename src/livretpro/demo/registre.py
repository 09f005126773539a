"""The Registre of the demo: LivretPro may send to it."""

from django.conf import settings

from livretpro.demo.structure import CURRENT
from livretpro.lsl_registry.authority import accredit
from livretpro.schools.actors import Actor
from livretpro.schools.rules import default_year_bounds


def make_registre(*, by: Actor) -> None:
    """Accredit LivretPro since the beginning of the year."""
    start, _ = default_year_bounds(CURRENT)
    accredit(settings.LSL_PUBLISHER, settings.LSL_APPLICATION, dates=(start, None), by=by.author)
