"""The files of an import as a whole: what is taken, by whom, all or nothing (spec 04)."""

import json
from dataclasses import asdict

import pytest
from django.db import IntegrityError, connection

import factories
from livretpro.journal.models import Entry
from livretpro.schools.importing import Forbidden, Report, apply_import, preview
from livretpro.schools.importing.files import read_files
from livretpro.schools.importing.refusal import Refused
from livretpro.schools.models import (
    Division,
    Enrolment,
    Group,
    School,
    SchoolMef,
    SchoolYear,
    Staff,
    Student,
)
from livretpro.schools.rules import Role
from school_imports import PREMIERE, TODAY, attempt, counts, imported, journal, many, of, pupils
from siecle_files import (
    division,
    division_sts,
    document,
    eleve,
    eleves_xml,
    groupe,
    individu,
    nomenclature_xml,
    service,
    structures_xml,
    sts_xml,
    zipped,
)

TABLES = (SchoolYear, SchoolMef, Division, Group, Student, Enrolment, Staff, Entry)
UAI = factories.UAI
JOURNAL_REFUSES_IMPORTS = (
    "ALTER TABLE journal_entry ADD CONSTRAINT no_import CHECK (action <> 'importe')"
)


def whole_school(*eleves):
    """One file of each kind."""
    return (
        sts_xml(
            individus=[individu("501")],
            divisions=[division_sts("1MELEC", services=[service()])],
        ),
        eleves_xml(eleves=eleves),
        nomenclature_xml(mefs=[(PREMIERE, {"LIBELLE_LONG": "MELEC"})]),
        structures_xml(
            divisions=[division("1MELEC")], groupes=[groupe("G1", divisions=["1MELEC"])]
        ),
    )


def in_group(number):
    return eleve(
        number, divisions=["1MELEC"], groupes=["G1"], PRENOM=f"P{number}", CODE_MEF=PREMIERE
    )


class TestFilesRefused:
    @pytest.mark.parametrize(
        ("files", "code"),
        [
            ([], "aucun_fichier"),
            ([pupils(), eleves_xml(uai="0990002P")], "uai"),
            ([pupils(), structures_xml(annee=2024)], "annees_differentes"),
            ([pupils(), pupils()], "fichier_en_double"),
            ([b"<BEE_ELEVES>"], "tronque"),
            ([pupils(of(1))[:-40]], "tronque"),
            ([document("AUTRE", "")], "mauvais_fichier"),
            ([document("EDT_STS", "")], "sens_inverse"),
            (
                [sts_xml(parametres="<APPLICATION_SOURCE>EDT</APPLICATION_SOURCE>")],
                "application_source",
            ),
            ([pupils(of(1), of(1))], "eleve_en_double"),
        ],
    )
    def test_with_a_code(self, files, code):
        with pytest.raises(Refused) as refused:
            read_files(files, uai=UAI)

        assert refused.value.refus.code == code

    def test_another_school_is_named_with_this_one(self):
        with pytest.raises(Refused) as refused:
            read_files([eleves_xml(uai="0990002P")], uai=UAI)

        assert refused.value.refus.phrase == (
            "Ce fichier (BEE_ELEVES) est celui de l’établissement 0990002P, "
            "alors que vous importez dans l’établissement 0990001N : rien n’est importé."
        )

    def test_the_school_is_checked_before_what_the_file_says_of_its_pupils(self):
        twice = eleves_xml(uai="0990002P", eleves=[eleve(1), eleve(1)])

        with pytest.raises(Refused) as refused:
            read_files([twice], uai=UAI)

        assert refused.value.refus.code == "uai"

    def test_two_years_are_both_named(self):
        with pytest.raises(Refused) as refused:
            read_files([pupils(), structures_xml(annee=2024)], uai=UAI)

        assert refused.value.refus.phrase == (
            "Le fichier ElevesSansAdresses.xml est de l’année 2025 et le fichier Structures.xml "
            "de l’année 2024 : tous les fichiers d’un import sont de la même année."
        )

    def test_one_of_several_is_named_by_its_rank(self):
        with pytest.raises(Refused) as refused:
            read_files([pupils(), document("AUTRE", "")], uai=UAI)

        assert refused.value.refus.phrase.startswith("Fichier n° 2. Ce fichier est de type")

    @pytest.mark.django_db
    def test_leave_the_school_untouched_and_say_why(self):
        report = attempt(pupils(of(1)), b"<BEE_STRUCTURES>")

        assert report.refus.code == "tronque"
        assert [table.objects.count() for table in TABLES if table is not Entry] == [0] * 7
        told = Entry.objects.get()
        assert (told.action, told.values_kept.after) == ("refuse", report.refus.phrase)
        assert School.objects.get().current_year is None

    @pytest.mark.django_db
    def test_refused_in_the_preview_too(self):
        report = preview(factories.school(), [document("AUTRE", "")], on=TODAY)

        assert report.refus.code == "mauvais_fichier"
        assert report.changes_nothing


@pytest.mark.django_db
class TestFilesTaken:
    def test_a_zip_is_read_like_its_file(self):
        report = imported(zipped(pupils(of(1))))

        assert counts(report.eleves) == (1, 0, 0, 0)

    def test_the_four_kinds_together_in_any_order(self):
        first = imported(*whole_school(in_group(1)))
        report = imported(*reversed(whole_school(in_group(1))))

        assert first.avertissements == ()
        assert counts(first.eleves) == (1, 0, 0, 0)
        assert report.changes_nothing

    def test_the_preview_shows_what_applying_does_and_writes_nothing(self):
        school = factories.school(current_year=None)
        files = whole_school(in_group(1), in_group(2))

        shown = preview(school, files, on=TODAY)
        written = [table.objects.count() for table in TABLES]
        done = imported(*files)

        assert written == [0] * len(TABLES)
        assert shown == done

    def test_the_school_in_hand_knows_its_new_year(self):
        school = factories.school(current_year=None)

        apply_import(school, [pupils(of(1))], by=factories.actor(of=school), on=TODAY)

        assert school.current_year == 2025


@pytest.mark.django_db
class TestTwice:
    def test_the_same_files_again_change_nothing_and_leave_one_entry(self):
        files = whole_school(in_group(1), in_group(2))
        imported(*files)
        before = Entry.objects.count()
        rows = list(Enrolment.objects.values())

        report = imported(*files)

        assert counts(report.eleves) == (0, 0, 0, 2)
        assert counts(report.divisions) == (0, 0, 0, 1)
        assert counts(report.groupes) == (0, 0, 0, 1)
        assert counts(report.personnels) == (0, 0, 0, 1)
        assert counts(report.services) == (0, 0, 0, 1)
        assert list(Enrolment.objects.values()) == rows
        assert Entry.objects.count() == before + 1
        assert journal("import")[-1][:2] == ("importe", "2025")

    def test_the_entry_of_the_import_names_the_files_and_who(self):
        imported(pupils(of(1)))

        entry = Entry.objects.get(kind="import")
        assert (entry.author_id, entry.school_uai) == ("a.martin", UAI)
        assert entry.values_kept.after == (
            "ElevesSansAdresses.xml ; élèves : ajouts 1, modifications 0, départs 0 ; "
            "divisions : ajouts 1, modifications 0, départs 0 ; "
            "personnels : ajouts 0, modifications 0, départs 0"
        )


@pytest.mark.django_db
class TestRights:
    @pytest.mark.parametrize("role", [Role.ADMINISTRATEUR, Role.CHEF, Role.DDFPT])
    def test_administrator_head_and_ddfpt_import(self, role):
        school = factories.school()

        report = apply_import(school, [pupils(of(1))], by=factories.actor(role), on=TODAY)

        assert counts(report.eleves) == (1, 0, 0, 0)

    def test_a_teacher_does_not(self):
        school, teacher = factories.school(), factories.actor(Role.ENSEIGNANT)

        with pytest.raises(Forbidden):
            apply_import(school, [pupils(of(1))], by=teacher, on=TODAY)

        assert not Student.objects.exists()

    def test_the_head_of_another_school_does_not(self):
        stranger = factories.actor(of=factories.school(factories.OTHER_UAI))

        with pytest.raises(Forbidden):
            apply_import(factories.school(), [pupils(of(1))], by=stranger, on=TODAY)

        assert not Student.objects.exists()


@pytest.mark.django_db
class TestAllOrNothing:
    def test_a_failure_at_the_very_end_takes_everything_back(self):
        with connection.cursor() as cursor:
            cursor.execute(JOURNAL_REFUSES_IMPORTS)

        with pytest.raises(IntegrityError, match="no_import"):
            imported(*whole_school(in_group(1)))

        assert [table.objects.count() for table in TABLES] == [0] * len(TABLES)
        assert School.objects.get().current_year is None


@pytest.mark.django_db
class TestQueries:
    """The number of queries does not depend on that of pupils."""

    @pytest.mark.parametrize("count", [1, 3])
    def test_of_a_first_import(self, count, django_assert_num_queries):
        school, head = factories.school(), factories.actor()
        files = whole_school(*map(in_group, range(1, count + 1)))

        with django_assert_num_queries(30):
            apply_import(school, files, by=head, on=TODAY)

    @pytest.mark.parametrize("count", [1, 3])
    def test_of_a_preview(self, count, django_assert_num_queries):
        school = factories.school()
        imported(*whole_school(*map(in_group, range(1, count + 1))))
        files = whole_school(*map(in_group, range(1, count + 1)))

        with django_assert_num_queries(13):
            preview(school, files, on=TODAY)

    @pytest.mark.parametrize("count", [1, 3])
    def test_when_everybody_changes(self, count, django_assert_num_queries):
        school, head = factories.school(), factories.actor()
        numbers = range(1, count + 1)
        imported(*whole_school(*map(in_group, numbers), in_group(9)))
        changed = [of(n, PRENOM="Max", division="1TNE") for n in numbers] + [in_group(9)]
        file = pupils(*changed)

        with django_assert_num_queries(25):
            report = apply_import(school, [file], by=head, on=TODAY, confirmer_departs=True)

        assert report.eleves.modifies == count

    def test_two_thousand_pupils_take_as_many_as_three(self, django_assert_num_queries):
        school, head = factories.school(), factories.actor()
        file = pupils(*many(2000))

        with django_assert_num_queries(22):
            report = apply_import(school, [file], by=head, on=TODAY)

        assert counts(report.eleves) == (2000, 0, 0, 0)
        assert Enrolment.objects.present().count() == 2000


@pytest.mark.django_db
class TestReport:
    def test_as_json_has_exactly_the_keys_of_the_command_line(self):
        report = imported(pupils(of(1, ID_NATIONAL=None)))
        line = {"ajoutes": 1, "modifies": 0, "partis": 0, "inchanges": 0}
        nobody = line | {"ajoutes": 0}

        assert report.as_json(applied=True) == {
            "appliquer": True,
            "eleves": line,
            "divisions": line,
            "personnels": nobody,
            "avertissements": [asdict(a) for a in report.avertissements],
            "refus": None,
        }
        assert list(asdict(report.avertissements[0])) == ["code", "phrase", "eleve_id", "ligne"]

    def test_as_json_says_why_nothing_was_done(self):
        report = attempt(pupils(of(1), annee=2019))

        assert report.as_json(applied=True)["refus"] == {
            "code": "annee",
            "phrase": "Les fichiers sont de l’année scolaire 2019-2020, "
            "or la première que LivretPro accepte est 2020-2021.",
            "ligne": None,
        }

    @pytest.mark.parametrize("refused", [False, True])
    def test_comes_back_whole_from_its_record(self, refused):
        imported(*whole_school(in_group(1), in_group(2)))
        file = pupils(of(1, ID_NATIONAL=None), in_group(3))
        report = attempt(file, confirmer_departs=not refused)

        assert (report.refus is not None) is refused
        assert Report.from_record(json.loads(json.dumps(report.as_record()))) == report

    def test_progress_goes_from_nothing_to_all(self):
        steps = []

        preview(
            factories.school(),
            [pupils(*many(250))],
            on=TODAY,
            progress=lambda done, total: steps.append((done, total)),
        )

        assert steps == [(0, 250), (100, 250), (200, 250), (250, 250)]
