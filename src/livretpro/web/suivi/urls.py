"""Addresses of Suivi. The diploma stands in the URL: two tabs never mix (spec 10)."""

from django.urls import include, path

from livretpro.web.suivi.views import (
    accounts,
    announcements,
    dashboard,
    division,
    export,
    groups,
    imports,
    livret,
    referentiel,
    spreadsheet,
    teachers,
)

app_name = "suivi"

of_diploma = [
    path("", dashboard.dashboard, name="dashboard"),
    path("saisie/", division.entry, name="entry"),
    path("divisions/<int:division>/", division.division, name="division"),
    path("divisions/<int:division>/pfmp/", division.export_pfmp, name="division_pfmp"),
    path(
        "divisions/<int:division>/tableur/telecharger/",
        spreadsheet.download,
        name="division_workbook",
    ),
    path("divisions/<int:division>/cellules/", division.save, name="division_cells"),
    path("divisions/<int:division>/nouveautes/", division.changes, name="division_changes"),
    path("livrets/<int:enrolment>/", livret.livret, name="livret"),
    path("livrets/<int:enrolment>/champ/", livret.save_field, name="livret_field"),
    path("livrets/<int:enrolment>/historique/", livret.history, name="livret_history"),
    path("livrets/<int:enrolment>/retablir/", livret.restore, name="livret_restore"),
    path("export/", export.configuration, name="export"),
    path("export/periodicite/", export.periodicity, name="periodicity"),
    path("livrets/<int:enrolment>/reprendre/", livret.take_over, name="livret_take_over"),
    path("export/campagne/", export.campaign, name="campaign"),
    path("export/annonce/<str:level>/", announcements.announce, name="announce"),
    path("export/periodes/", export.period_dates, name="period_dates"),
    path("export/projet/", export.project, name="project"),
    path("export/divisions/<int:division>/", export.prepare, name="export_division"),
    path("export/versions/<int:version>/", export.download, name="export_download"),
    path("export/versions/<int:version>/changements/", export.changes, name="export_compare"),
    path("export/divisions/<int:division>/versions/", export.two_versions, name="export_versions"),
    path("export/ensemble/", export.several, name="export_several"),
    path("export/archive/", export.archive, name="export_archive"),
    path("export/verifier/", export.verify, name="verify"),
    path("referentiel/", referentiel.referentiel, name="referentiel"),
    path("referentiel/modifier/", referentiel.edit, name="referentiel_edit"),
    path("referentiel/passer/", referentiel.move, name="referentiel_move"),
    path("referentiel/annuler/", referentiel.undo, name="referentiel_undo"),
    path("referentiel/fichier/", referentiel.file, name="referentiel_file"),
    path("referentiel/nomenclature/", referentiel.nomenclature, name="nomenclature"),
    path("enseignants/", teachers.teachers, name="teachers"),
    path("enseignants/matieres/", teachers.subjects, name="subjects"),
    path("enseignants/suppleances/", teachers.substitute, name="substitutions"),
    path(
        "enseignants/suppleances/<int:substitution>/finir/",
        teachers.end_substitute,
        name="substitution_end",
    ),
    path("enseignants/groupes/", groups.groups, name="groups"),
    path("enseignants/groupes/<int:declared>/", groups.group, name="group"),
    path("enseignants/groupes/<int:declared>/retirer/", groups.remove_group, name="group_remove"),
    path("enseignants/<int:line>/retirer/", teachers.remove, name="teacher_remove"),
    path(
        "enseignants/principaux/<int:principal>/retirer/",
        teachers.remove_principal,
        name="principal_remove",
    ),
    path("enseignants/divisions/<int:division>/referents/", teachers.referents, name="referents"),
]

urlpatterns = [
    path("<str:uai>/imports/", imports.imports, name="imports"),
    path("<str:uai>/imports/<int:batch>/", imports.batch, name="import_batch"),
    path("<str:uai>/imports/<int:batch>/avancement/", imports.progress, name="import_progress"),
    path("<str:uai>/imports/<int:batch>/appliquer/", imports.confirm, name="import_apply"),
    path("<str:uai>/imports/<int:batch>/abandonner/", imports.drop, name="import_drop"),
    path(
        "<str:uai>/annonces/<int:announcement>/vue/",
        announcements.seen,
        name="announcement_seen",
    ),
    path("<str:uai>/comptes/", accounts.accounts, name="accounts"),
    path("<str:uai>/comptes/inviter/", accounts.invite_teachers, name="accounts_invite"),
    path("<str:uai>/comptes/<int:membership>/code/", accounts.new_code, name="account_code"),
    path(
        "<str:uai>/comptes/<int:membership>/second-facteur/",
        accounts.lost_factor,
        name="account_factor",
    ),
    path("<str:uai>/comptes/<int:membership>/retirer/", accounts.end, name="account_end"),
    path("<str:uai>/<str:cfd>/", include(of_diploma)),
]
