"""Reads of what a school decided once."""

from django.db.models.functions import Length

from livretpro.bulletins.models import Appraisal, BulletinSettings
from livretpro.bulletins.words import APPRAISAL_MAX
from livretpro.schools.models import School, SchoolYear


def appraisal_max_of(school: School) -> int:
    """The longest appraisal of a service: one query."""
    held = BulletinSettings.objects.filter(school=school).first()
    return held.appraisal_max if held else APPRAISAL_MAX


def longer_appraisals(year: SchoolYear, limit: int) -> int:
    """How many appraisals of services of a year have more characters than a limit: one query."""
    own = Appraisal.objects.filter(service__school_year=year).annotate(length=Length("text"))
    return own.filter(length__gt=limit).count()
