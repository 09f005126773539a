"""Last year's livret of première in the file of a division of terminale (spec 02, Export)."""

from decimal import Decimal

import pytest

import factories
import livret_factories as make
import lsl_rules
import lsl_xml
from livretpro.livrets.actions import record
from livretpro.lsl_export.actions import Options, create_export
from livretpro.lsl_export.candidates import candidate
from livretpro.lsl_export.panel import panel
from livretpro.lsl_export.queries import preparation
from livretpro.referentiels.models import NomenclatureCode
from livretpro.schools.models import DeclaredGroup, DeclaredMember
from query_counts import queries

pytestmark = pytest.mark.django_db

BOTH_YEARS = Options(with_previous_year=True)
LAST_YEAR = factories.YEAR - 1


class TwoYears:
    """Pupils of TMELEC, who were in 1MELEC last year with others; this year's livrets are full."""

    def __init__(self, pupils=1, *, others=0) -> None:
        self.room = make.classroom(pupils)
        year = factories.school_year(year=LAST_YEAR)
        place = factories.division("1MELEC", year=year)
        make.periodicity("S", level="premiere", year=year)
        for pupil in self.room.pupils:
            make.typed(pupil, make.FULL)
        self.former = [
            make.pupil(number, into=place, mef=factories.MEF_PREMIERE, end=year.end)
            for number in range(1, pupils + others + 1)
        ]

    def export(self, options=BOTH_YEARS):
        return create_export(self.room.division, self.room.diploma, options, by=self.room.head)

    def candidate(self):
        prepared = preparation(self.room.division, self.room.diploma, by=self.room.head)
        return candidate(prepared, BOTH_YEARS, by=self.room.head)


def years(made):
    document = lsl_xml.read(bytes(made.version.content))
    return [[s.annee_scolaire for s in eleve.scolarites] for eleve in document.donnees]


def test_a_green_or_orange_livret_of_last_year_joins_and_a_red_one_does_not() -> None:
    two = TwoYears(3)
    make.typed(two.former[0], make.FULL)
    make.typed(two.former[1], make.MANDATORY)
    make.typed(two.former[2], {"appreciation": "Bien."})

    made = two.export()

    assert years(made) == [[2025, 2024], [2025, 2024], [2025]]
    assert lsl_rules.check_document(bytes(made.version.content)) == ()


def test_the_red_ones_are_listed_with_what_they_lack() -> None:
    two = TwoYears(2)
    make.typed(two.former[0], make.FULL)
    make.typed(two.former[1], make.FULL)
    record(two.former[1], "moyenne_1", "", by=two.room.head)

    (left_out,) = two.candidate().former_left_out

    assert left_out.enrolment == two.former[1]
    assert [missing.key for missing in left_out.status.mandatory] == ["moyenne"]


def test_without_the_option_last_year_stays_out() -> None:
    two = TwoYears()
    make.typed(two.former[0], make.FULL)

    assert years(two.export(Options())) == [[2025]]


def test_last_year_keeps_its_periodicity_its_mef_and_the_figures_of_its_whole_group() -> None:
    two = TwoYears(1, others=2)
    make.typed(two.former[0], {**make.FULL, "moyenne_1": "10"})
    record(two.former[1], "moyenne_1", "16", by=two.room.head)

    made = two.export()

    document = lsl_xml.read(bytes(made.version.content))
    now, before = document.donnees[0].scolarites
    structure = before.evaluations[0].structure
    assert (now.code_periode, before.code_periode) == ("T", "S")
    assert before.code_mef == "24725520320"
    assert (structure.effectif, structure.moyenne) == (2, Decimal("13.00"))
    assert now.evaluations[0].structure.effectif == 1


def test_last_year_keeps_its_declared_group() -> None:
    two = TwoYears(2, others=1)
    for former, mark in zip(two.former, ("10", "14", "6"), strict=True):
        make.typed(former, make.FULL | {"moyenne_1": mark})
    declared = DeclaredGroup.objects.create(
        school_year=two.former[0].school_year, cfd=factories.CFD, level="premiere", name="Atelier"
    )
    for former in (two.former[0], two.former[2]):
        DeclaredMember.objects.create(declared=declared, student=former.student)

    document = lsl_xml.read(bytes(two.export().version.content))

    averages = [
        [year.evaluations[0].structure.moyenne for year in eleve.scolarites]
        for eleve in document.donnees
    ]
    assert averages == [
        [Decimal("12.50"), Decimal("8.00")],
        [Decimal("12.50"), Decimal("10.00")],
    ]


def test_last_year_takes_the_codes_of_its_own_year() -> None:
    two = TwoYears()
    make.typed(two.former[0], make.FULL)
    nomenclature = NomenclatureCode.objects.first().nomenclature
    nomenclature.millesimes = [2024, 2025]
    nomenclature.save()
    for row in NomenclatureCode.objects.filter(mef=factories.MEF_PREMIERE):
        row.pk, row.millesime, row.code = None, 2024, f"6{row.code[1:]}"
        row.save()

    made = two.export()

    document = lsl_xml.read(bytes(made.version.content))
    codes = [[c.code for c in s.evaluations[0].competences] for s in document.donnees[0].scolarites]
    assert codes == [["5001", "5002", "5003"], ["6001", "6002", "6003"]]
    assert made.version.nomenclature == "LivretPro provisoire 2025"


def test_a_project_of_last_year_bears_the_name_of_its_year() -> None:
    two = TwoYears()
    signed = {"projet_enseignant_1_nom": "DURAND", "projet_enseignant_1_prenom": "Anne"}
    make.typed(two.former[0], {**make.FULL, "projet_note": "12", **signed})

    made = two.export()

    before = lsl_xml.read(bytes(made.version.content)).donnees[0].scolarites[1]
    assert before.chef_oeuvre.nature == "projet"


def test_a_repeating_pupil_of_terminale_has_no_second_livret() -> None:
    two = TwoYears()
    repeater = two.former[0]
    repeater.level, repeater.mef = "terminale", factories.MEF_TERMINALE
    repeater.save()
    make.periodicity(year=repeater.school_year)
    make.typed(repeater, make.FULL)

    assert years(two.export()) == [[2025]]


def test_the_two_options_are_two_versions_even_with_the_same_bytes() -> None:
    two = TwoYears()

    alone, both = two.export(Options()).version, two.export().version

    assert (alone.number, both.number) == (1, 2)
    assert alone.sha256 == both.sha256
    assert (alone.with_previous_year, both.with_previous_year) == (False, True)


@pytest.mark.parametrize("pupils", [1, 3])
def test_last_year_costs_nine_queries_more(pupils) -> None:
    two = TwoYears(pupils)
    for former in two.former:
        make.typed(former, make.FULL)

    with queries(21):
        made = two.export()

    assert years(made) == [[2025, 2024]] * pupils


def test_a_livret_of_last_year_left_out_of_the_next_file_is_told_without_a_false_reason() -> None:
    two = TwoYears()
    make.typed(two.former[0], make.FULL)
    two.export()

    (lost,) = panel(two.room.division, two.room.diploma, Options(), by=two.room.head).lost

    assert (lost.fields, lost.why) == (("Livret (2024-2025)",), "sans le livret de première")
