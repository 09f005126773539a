from django.apps import AppConfig


class WebSuiviConfig(AppConfig):
    """Pages of Suivi."""

    name = "livretpro.web.suivi"
    label = "web_suivi"

    def ready(self) -> None:
        """Tell the shell of Suivi."""
        from livretpro.web.base.systems import register
        from livretpro.web.suivi.system import SUIVI

        register(SUIVI)
