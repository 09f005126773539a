from django.apps import AppConfig


class LslRegistryConfig(AppConfig):
    """Accreditation, campaign, imports, bilans, records."""

    name = "livretpro.lsl_registry"
    label = "lsl_registry"
    verbose_name = "Registre"
