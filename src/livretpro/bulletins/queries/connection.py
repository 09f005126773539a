"""Reads of the connection to CPRO."""

from livretpro.bulletins.models import CproConnection
from livretpro.schools.models import School


def connection_of(school: School) -> CproConnection | None:
    """That of a school: one query."""
    return CproConnection.objects.filter(school=school).first()
