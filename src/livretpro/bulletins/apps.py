"""Entry of this application in Django."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """The competence bulletins of a school, and what they take from CPRO."""

    name = "livretpro.bulletins"
    label = "bulletins"
