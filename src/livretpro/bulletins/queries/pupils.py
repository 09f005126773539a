"""Reads of the pupils of a division."""

from livretpro.schools.models import Division, Enrolment


def pupils_of(division: Division) -> list[Enrolment]:
    """Everybody present in a division, whatever their status, those without INE first: one
    query."""
    rows = Enrolment.objects.filter(division=division).present().select_related("student")
    return sorted(rows.in_name_order(), key=lambda enrolment: bool(enrolment.student.ine))
