"""Entry of this application in Django."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Append-only trail of changes; the lowest layer, so it knows nobody."""

    name = "livretpro.journal"
    label = "journal"
