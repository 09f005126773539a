"""Entry of this application in Django."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """Schools, years, divisions, pupils, staff, and the SIECLE / STS import."""

    name = "livretpro.schools"
    label = "schools"
