"""Addresses of Bulletins, by the names of its menus."""

from django.urls import URLPattern, URLResolver, include, path

from livretpro.web.bulletins.views import (
    connection,
    consultation,
    cpro,
    degrees,
    entry,
    frames,
    mockups,
    periods,
    pupils,
    services,
    structure,
)

app_name = "bulletins"

of_period = [
    path("", consultation.divisions, name="divisions"),
    path("divisions/<int:division>/", consultation.division, name="division"),
    path("divisions/<int:division>/imprimer/", consultation.print_all, name="division_print"),
    path("divisions/<int:division>/publication/", consultation.publication, name="publication"),
    path("divisions/<int:division>/appreciations/", entry.general, name="general"),
    path(
        "divisions/<int:division>/eleves/<int:enrolment>/", consultation.bulletin, name="bulletin"
    ),
    path(
        "divisions/<int:division>/eleves/<int:enrolment>/imprimer/",
        consultation.print_pupil,
        name="bulletin_print",
    ),
    path("saisie/", entry.services, name="entry"),
    path("saisie/<int:service>/", entry.marks, name="marks"),
    path("saisie/<int:service>/degres/", degrees.degrees, name="degrees"),
    path("saisie/<int:service>/appreciations/", entry.appraisals, name="appraisals"),
    path("saisie/<int:service>/devoirs/", entry.add_work, name="work_add"),
    path("saisie/<int:service>/devoirs/<int:assessment>/", entry.work, name="work"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:uai>/bulletins/", consultation.consultation, name="consultation"),
    path("<str:uai>/saisie/", consultation.typing, name="typing"),
    path("<str:uai>/periodes/", consultation.choose_period, name="choose_period"),
    path("<str:uai>/periodes/<int:number>/", include(of_period)),
    path("<str:uai>/maquettes/", mockups.maquettes, name="mockups"),
    path("<str:uai>/maquettes/divisions/", mockups.assignment, name="mockups_assign"),
    path("<str:uai>/maquettes/<int:mockup>/", mockups.maquette, name="mockup"),
    path("<str:uai>/ressources/classes/", structure.classes, name="classes"),
    path("<str:uai>/ressources/classes/<int:division>/eleves/", pupils.pupils, name="pupils"),
    path("<str:uai>/ressources/filieres/", structure.filieres, name="sectors"),
    path("<str:uai>/ressources/matieres/", structure.matieres, name="subjects"),
    path("<str:uai>/ressources/periodes/", periods.periods, name="periods"),
    path("<str:uai>/ressources/services/", services.services, name="services"),
    path(
        "<str:uai>/ressources/services/<int:division>/",
        services.services_of_class,
        name="services_of_class",
    ),
    path(
        "<str:uai>/ressources/services/<int:division>/<int:service>/",
        services.teachers,
        name="service_teachers",
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
