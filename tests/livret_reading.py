"""What a test looks at after a save: the content of a livret, and what the journal tells."""

from livretpro.journal.models import Entry
from livretpro.livrets.queries import sheets
from livretpro.livrets.rules import Content
from livretpro.schools.models import Enrolment


def content(enrolment: Enrolment) -> Content:
    """The livret of an enrolment as it stands."""
    return sheets([enrolment], enrolment.school_year)[0].content


def told(kind: str = "livret") -> list[tuple[str, str, str]]:
    """The changes the journal tells of one kind of object: field, before, after, in order."""
    entries = Entry.objects.filter(kind=kind).select_related("values_kept").order_by("pk")
    return [(e.field, e.values_kept.before, e.values_kept.after) for e in entries]
