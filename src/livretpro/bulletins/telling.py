"""What the journal says of the bulletins."""

from livretpro.journal import actions as journal
from livretpro.journal.actions import Change
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division

FIELD_MAX = 64
KEY_MAX = 64


def change(
    action: str, kind: str, key: object, field: str = "", *, before: str = "", after: str = ""
) -> Change:
    """An entry, its key and field cut to what the journal holds."""
    return Change(action, kind, str(key)[:KEY_MAX], field[:FIELD_MAX], before, after)


def tell(by: Actor, *changes: Change) -> None:
    """Write to the trail of the school, last in the transaction: two queries."""
    journal.record(changes, school_uai=by.school.uai, by=by.author)


def division_key(division: Division) -> str:
    """`2025:TCIEL1`, as every system names a division in the journal."""
    return f"{division.school_year.year}:{division.code}"
