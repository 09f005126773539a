"""Addresses of pages that another system of this instance may have, or not."""

from django.urls import NoReverseMatch, reverse

from livretpro.schools.models import School, SchoolYear


def address(name: str, *parts: object) -> str:
    """The address of a page, empty when no system of this instance has it."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def diploma_path(school: School, cfd: str, year: SchoolYear | int) -> str:
    """A diploma as addresses write it: `40025519` in the year at work, `40025519-2024` before."""
    number = year if isinstance(year, int) else year.year
    return cfd if number == school.current_year else f"{cfd}-{number}"
