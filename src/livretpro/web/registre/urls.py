"""Addresses of the Registre."""

from django.urls import include, path

from livretpro.web.registre.views import imports, tokens

app_name = "registre"

of_school = [
    path("importer/", imports.imports, name="imports"),
    path("importer/<int:lsl_import>/", imports.one, name="import"),
    path("importer/<int:lsl_import>/avancement/", imports.progress, name="progress"),
    path("importer/<int:lsl_import>/bilan/", imports.bilan, name="bilan"),
    path("jetons/", tokens.tokens, name="tokens"),
    path("jetons/<int:token>/revoquer/", tokens.revoke, name="token_revoke"),
]

urlpatterns = [path("<str:uai>/", include(of_school))]
