"""Addresses of the Registre."""

from django.urls import include, path

from livretpro.web.registre.views import assistance, imports, records, tokens, verification

app_name = "registre"

of_school = [
    path("importer/", imports.imports, name="imports"),
    path("importer/avancement/", imports.listing, name="listing"),
    path("importer/<int:lsl_import>/", imports.one, name="import"),
    path("importer/<int:lsl_import>/avancement/", imports.progress, name="progress"),
    path("importer/<int:lsl_import>/bilan/", imports.bilan, name="bilan"),
    path("jetons/", tokens.tokens, name="tokens"),
    path("jetons/<int:token>/revoquer/", tokens.revoke, name="token_revoke"),
    path("importer/<int:lsl_import>/verifier/", verification.verification, name="verification"),
    path("dossiers/", records.records, name="records"),
    path("dossiers/etat/", records.change_state, name="state"),
    path("dossiers/<int:eleve>/", records.record, name="record"),
    path("dossiers/<int:eleve>/historique/", records.states, name="history"),
]

urlpatterns = [
    path("assistance/", assistance.assistance, name="assistance"),
    path("<str:uai>/", include(of_school)),
]
