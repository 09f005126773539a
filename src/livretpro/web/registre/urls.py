"""Addresses of the Registre."""

from django.urls import include, path

from livretpro.web.registre.views import imports

app_name = "registre"

of_school = [
    path("importer/", imports.imports, name="imports"),
    path("importer/<int:lsl_import>/", imports.one, name="import"),
    path("importer/<int:lsl_import>/avancement/", imports.progress, name="progress"),
    path("importer/<int:lsl_import>/bilan/", imports.bilan, name="bilan"),
]

urlpatterns = [path("<str:uai>/", include(of_school))]
