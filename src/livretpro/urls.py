"""Every address of the instance, system by system."""

from django.urls import include, path

from livretpro.web.base import errors

urlpatterns = [
    path("", include("livretpro.web.base.urls")),
    path("suivi/", include("livretpro.web.suivi.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
