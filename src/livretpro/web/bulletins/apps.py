from django.apps import AppConfig


class WebBulletinsConfig(AppConfig):
    """Pages of Bulletins."""

    name = "livretpro.web.bulletins"
    label = "web_bulletins"

    def ready(self) -> None:
        """Tell the shell of Bulletins."""
        from livretpro.web.base.systems import register
        from livretpro.web.bulletins.system import BULLETINS

        register(BULLETINS)
