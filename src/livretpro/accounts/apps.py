"""Entry of this application in Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and how they sign in."""

    name = "livretpro.accounts"
    label = "accounts"
