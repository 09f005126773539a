"""Entry of this application in Django."""

from django.apps import AppConfig


class PhrasesConfig(AppConfig):
    """Ready phrases for the texts of every system."""

    name = "livretpro.phrases"
    label = "phrases"
