"""Entry of this application in Django."""

from django.apps import AppConfig


class LslExportConfig(AppConfig):
    """From livrets to the file of LSL: versions kept, sealed, verified."""

    name = "livretpro.lsl_export"
    label = "lsl_export"
