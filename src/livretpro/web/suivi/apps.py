from django.apps import AppConfig


class WebSuiviConfig(AppConfig):
    """Pages of Suivi."""

    name = "livretpro.web.suivi"
    label = "web_suivi"
