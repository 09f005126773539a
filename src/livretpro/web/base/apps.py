from django.apps import AppConfig


class WebBaseConfig(AppConfig):
    """Sign-in, shell, templates, static files, middleware."""

    name = "livretpro.web.base"
    label = "web_base"
