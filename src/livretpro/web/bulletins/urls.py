"""Addresses of Bulletins, by the names of its menus."""

from django.urls import URLPattern, URLResolver, path

from livretpro.web.bulletins.views import connection, cpro, frames, pupils, services, structure

app_name = "bulletins"

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:uai>/ressources/classes/", structure.classes, name="classes"),
    path("<str:uai>/ressources/classes/<int:division>/eleves/", pupils.pupils, name="pupils"),
    path("<str:uai>/ressources/filieres/", structure.filieres, name="sectors"),
    path("<str:uai>/ressources/matieres/", structure.matieres, name="subjects"),
    path("<str:uai>/ressources/periodes/", structure.periods, name="periods"),
    path("<str:uai>/ressources/services/", services.services, name="services"),
    path(
        "<str:uai>/ressources/services/<int:division>/",
        services.services_of_class,
        name="services_of_class",
    ),
    path("<str:uai>/competences/referentiels/", frames.referentiels, name="frames"),
    path("<str:uai>/competences/referentiels/<int:frame>/", frames.referentiel, name="frame"),
    path("<str:uai>/cpro/", cpro.cpro, name="cpro"),
    path("<str:uai>/cpro/<int:division>/reparer/", cpro.mend, name="mend"),
    path("<str:uai>/cpro/connexion/", connection.connection, name="connection"),
    path("<str:uai>/cpro/connexion/essai/", connection.connection_test, name="connection_test"),
    path("<str:uai>/cpro/imports/<int:cpro_import>/", cpro.batch, name="import"),
    path(
        "<str:uai>/cpro/imports/<int:cpro_import>/avancement/",
        cpro.progress,
        name="import_progress",
    ),
    path("<str:uai>/cpro/imports/<int:cpro_import>/annuler/", cpro.undo, name="undo"),
]
