"""Addresses of Bulletins, by the names of its menus."""

from django.urls import URLPattern, URLResolver

app_name = "bulletins"

urlpatterns: list[URLPattern | URLResolver] = []
