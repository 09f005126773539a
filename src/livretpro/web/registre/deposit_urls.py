"""Addresses where a software deposits its files."""

from django.urls import path

from livretpro.web.registre.views import deposits

app_name = "depots"

urlpatterns = [
    path("depots", deposits.new, name="new"),
    path("depots/<int:numero>", deposits.state, name="state"),
]
