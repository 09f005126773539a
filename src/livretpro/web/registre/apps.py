from django.apps import AppConfig


class WebRegistreConfig(AppConfig):
    """Pages of the Registre."""

    name = "livretpro.web.registre"
    label = "web_registre"

    def ready(self) -> None:
        """Tell the shell of the Registre."""
        from livretpro.web.base.systems import register
        from livretpro.web.registre.system import REGISTRE

        register(REGISTRE)
