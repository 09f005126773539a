"""The shell with a system of empty pages behind its doors, and pages that fail."""

import errno

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from psycopg.errors import DiskFull, ReadOnlySqlTransaction

from livretpro.web.base import errors
from livretpro.web.base.bars import Bar
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.views import start

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

PAGE = """{% extends "base.html" %}{% block title %}Page{% endblock %}
{% block content %}<h1 class="lp-h2">Page</h1>
{% include "base/status.html" with colour="orange" only %}
{% include "base/bar.html" %}{% endblock %}"""
BAR = Bar("TMELEC1", rouge=9, orange=15, vert=1)


@in_school
def of_school(request: HttpRequest, place: Place) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({"bar": BAR}, request))


@in_diploma
def of_diploma(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({"bar": BAR}, request))


def invalid(request: HttpRequest) -> HttpResponse:
    raise BadRequest


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError


def on_a_full_disk(request: HttpRequest) -> HttpResponse:
    raise OSError(errno.ENOSPC, "No space left on device")


def on_a_full_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError from DiskFull()


def on_a_standby(request: HttpRequest) -> HttpResponse:
    raise InternalError from ReadOnlySqlTransaction()


pages = [
    path("<str:uai>/page/", of_school, name="school_page"),
    path("<str:uai>/diplomes/", start.choose, name="choose"),
    path("<str:uai>/<str:cfd>/", of_diploma, name="dashboard"),
    path("<str:uai>/<str:cfd>/saisie/", of_diploma, name="entry"),
    path("<str:uai>/<str:cfd>/export/", of_diploma, name="export"),
    path("<str:uai>/<str:cfd>/enseignants/", of_diploma, name="teachers"),
]
urlpatterns = [
    path("", include("livretpro.web.base.urls")),
    path("suivi/", include((pages, "suivi"))),
    path("erreur/400/", invalid),
    path("erreur/403/", refused),
    path("erreur/500/", broken),
    path("erreur/503/", without_database),
    path("erreur/disque/", on_a_full_disk),
    path("erreur/base-pleine/", on_a_full_database),
    path("erreur/secours/", on_a_standby),
]
