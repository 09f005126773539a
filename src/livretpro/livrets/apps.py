"""Entry of this application in Django."""

from django.apps import AppConfig


class LivretsConfig(AppConfig):
    """The livret LSL Pro: periodicity, content, status, group figures."""

    name = "livretpro.livrets"
    label = "livrets"
