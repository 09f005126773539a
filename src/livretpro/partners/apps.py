"""Entry of this application in Django."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Accesses of partner software, their tokens, what the partner API serves."""

    name = "livretpro.partners"
    label = "partners"
