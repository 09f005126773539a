"""Every address of the instance, system by system."""

from django.conf import settings
from django.urls import include, path

from livretpro.systems import System
from livretpro.web.base import errors

urlpatterns = [
    path("", include("livretpro.web.base.urls")),
    *(
        [path("api/v1/", include("livretpro.web.registre.deposit_urls"))]
        if System.REGISTRE in settings.SYSTEMS
        else []
    ),
    *(
        [path("api/v1/", include("livretpro.web.api.urls"))]
        if System.SUIVI in settings.SYSTEMS
        else []
    ),
    *(path(f"{system}/", include(f"livretpro.web.{system}.urls")) for system in settings.SYSTEMS),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
