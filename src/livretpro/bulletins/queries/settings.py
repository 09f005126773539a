"""Reads of what a school decided once."""

from livretpro.bulletins.models import BulletinSettings
from livretpro.bulletins.words import APPRAISAL_MAX
from livretpro.schools.models import School


def appraisal_max_of(school: School) -> int:
    """The longest appraisal of a service: one query."""
    held = BulletinSettings.objects.filter(school=school).first()
    return held.appraisal_max if held else APPRAISAL_MAX
