"""Entry of this application in Django."""

from django.apps import AppConfig


class ReferentielsConfig(AppConfig):
    """Diplomas, competences, MEF, subjects, nomenclature LSL: no personal data."""

    name = "livretpro.referentiels"
    label = "referentiels"
