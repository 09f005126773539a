"""Which diploma and level the MEF of a pupil leads to, after an import (spec 02, Scope)."""

import pytest

import factories
from livretpro.referentiels.rules import classify
from livretpro.schools.models import Enrolment, School, SchoolMef
from school_imports import PREMIERE, codes, counts, imported, journal, of, pupils
from siecle_files import nomenclature_xml

pytestmark = pytest.mark.django_db
VARIANT = "24725520321"
CAP = "24133405120"


def nomenclature(*mefs):
    return nomenclature_xml(mefs=mefs)


def mef(code, *, attached=None, stat=None):
    tags = {"LIBELLE_LONG": "MELEC", "MEF_RATTACHEMENT": attached, "CODE_MEFSTAT": stat}
    return code, tags


def reading():
    """What the only enrolment says: MEF, diploma, level."""
    enrolment = Enrolment.objects.get()
    return (enrolment.mef, enrolment.cfd, enrolment.level)


def test_a_variant_leads_where_its_mef_de_rattachement_does():
    factories.mef("2472552033")
    file = nomenclature(mef(VARIANT, attached="24725520330"), mef("24725520330"))

    report = imported(file, pupils(of(1, CODE_MEF=VARIANT)))

    assert reading() == ("2472552033", "40025520", "terminale")
    assert Enrolment.objects.get().mef_given == VARIANT
    assert codes(report) == []


def test_a_nomenclature_of_a_former_import_still_serves():
    imported(nomenclature(mef(VARIANT, attached="24725520330")))

    report = imported(pupils(of(1, CODE_MEF=VARIANT)))

    assert reading()[0] == "2472552033"
    assert codes(report) == []


def test_a_variant_that_nothing_resolves_takes_its_first_ten_digits_with_a_warning():
    report = imported(pupils(of(1, CODE_MEF=VARIANT), of(2, CODE_MEF=VARIANT, PRENOM="Max")))

    assert codes(report) == ["mef_variante"]
    assert {e.mef for e in Enrolment.objects.all()} == {"2472552032"}


def test_a_nomenclature_that_comes_after_the_pupils_reads_their_mef_again_in_place():
    imported(pupils(of(1, CODE_MEF=VARIANT)))
    before = Enrolment.objects.get()

    report = imported(nomenclature(mef(VARIANT, attached="24725520330")))

    after = Enrolment.objects.get()
    assert (after.pk, after.start, after.end) == (before.pk, before.start, None)
    assert reading() == ("2472552033", "40025520", "terminale")
    assert counts(report.eleves) == (0, 1, 0, 0)
    assert journal("eleve")[1:] == [
        ("modifie", "1", "MEF sur dix chiffres", "2472552032", "2472552033"),
        ("modifie", "1", "niveau", "premiere", "terminale"),
    ]


def test_the_level_is_first_the_one_of_the_school_s_nomenclature():
    factories.mef()

    imported(nomenclature(mef(PREMIERE, stat="23830025520")), pupils(of(1)))

    assert reading() == ("2472552032", "40025520", "terminale")


def test_a_mef_without_livret_is_imported_with_the_reason():
    imported(pupils(of(1, CODE_MEF=CAP)))

    enrolment = Enrolment.objects.get()
    assert enrolment.no_livret == classify(CAP[:10]).reason
    assert (enrolment.has_livret, enrolment.level) == (False, "")


def test_a_mef_absent_from_the_school_s_nomenclature_and_from_the_national_table_is_told_once():
    file = nomenclature(mef("24725520330"))

    report = imported(file, pupils(of(1, CODE_MEF=CAP), of(2, CODE_MEF=CAP, PRENOM="Max")))

    warning = next(a for a in report.avertissements if a.code == "mef_inconnu")
    assert (warning.eleve_id, codes(report)) == (1, ["mef_inconnu"])


def test_a_missing_mef_is_imported_without_livret_with_a_warning():
    report = imported(pupils(of(1, CODE_MEF=None)))

    assert codes(report) == ["mef_absent"]
    assert reading() == ("", "", "")
    assert Enrolment.objects.get().has_livret is False


def test_a_mef_of_another_ministry_is_opened_by_a_setting():
    factories.mef(ministry="MASA")
    imported(pupils(of(1)))
    assert Enrolment.objects.get().has_livret is False

    School.objects.update(extra_mefs=["2472552032"])
    report = imported(pupils(of(1)))

    assert Enrolment.objects.get().has_livret is True
    assert counts(report.eleves) == (0, 1, 0, 0)


def test_a_mef_of_the_nomenclature_is_updated_never_doubled():
    imported(nomenclature(mef(PREMIERE, stat="23810025520")))

    imported(nomenclature(mef(PREMIERE, stat="23820025520")))

    kept = SchoolMef.objects.get()
    assert (kept.code, kept.mefstat, kept.label) == (PREMIERE, "23820025520", "MELEC")


def test_a_mef_that_is_none_is_left_out_with_a_warning():
    report = imported(nomenclature(mef("247255203200"), mef(PREMIERE)))

    assert codes(report) == ["mef_invalide"]
    assert [m.code for m in SchoolMef.objects.all()] == [PREMIERE]
