"""Which version of the file of a division it is, what is kept with it, and what it costs."""

import re
from decimal import Decimal
from functools import partial

import pytest

import factories
import livret_factories as make
import lsl_xml
from at_once import at_once, kinds
from export_reading import OURS, STRICT, export, full_room, read, the_evaluation
from livretpro.journal.models import Entry
from livretpro.livrets.actions import record
from livretpro.lsl_export.actions import Options, create_export
from livretpro.lsl_export.models import ExportedPupil, ExportVersion
from livretpro.lsl_export.queries import preparation, versions
from livretpro.schools.models import Division
from livretpro.schools.rules import Role
from query_counts import queries

pytestmark = pytest.mark.django_db


def test_the_same_content_is_the_same_version() -> None:
    room = full_room()
    first = export(room)

    again = export(room)

    assert (again.version, again.fresh) == (first.version, False)
    assert bytes(again.version.content) == bytes(first.version.content)
    assert ExportVersion.objects.count() == 1
    assert Entry.objects.filter(kind="export").count() == 1


def test_what_does_not_go_in_the_file_makes_no_new_version() -> None:
    room = full_room(2)
    first = export(room)

    record(room.first, "pfmp_synthese", "Autre synthèse, non exportée.", by=room.head)

    assert export(room).version == first.version


def test_a_change_makes_a_new_version_and_the_old_one_is_kept() -> None:
    room = full_room()
    first = export(room)
    record(room.first, "moyenne_1", "13", by=room.head)

    second = export(room)

    kept = versions(room.year, factories.CFD, by=room.head)[room.division.pk]
    assert [(v.number, v.pk) for v in kept] == [(2, second.version.pk), (1, first.version.pk)]
    assert second.fresh
    first.version.refresh_from_db()
    assert the_evaluation(first).periodiques[0].moyenne == Decimal("12.5")


def test_back_to_an_earlier_content_is_a_new_version() -> None:
    room = full_room()
    first = export(room)
    record(room.first, "moyenne_1", "13", by=room.head)
    export(room)
    record(room.first, "moyenne_1", "12,5", by=room.head)

    third = export(room)

    assert (third.version.number, third.fresh) == (3, True)
    assert third.version.sha256 == first.version.sha256


def test_options_have_their_own_last_version_in_one_numbering() -> None:
    room = full_room()

    numbers = [export(room, options).version.number for options in (OURS, STRICT) * 2]

    assert numbers == [1, 2, 1, 2]


def test_divisions_and_diplomas_are_numbered_apart() -> None:
    room = full_room()
    other = factories.division("TMELEC2")
    make.typed(make.pupil(2, into=other), make.FULL)

    made = [create_export(d, room.diploma, Options(), by=room.head) for d in (room.division, other)]

    assert [m.version.number for m in made] == [1, 1]


def test_a_version_says_who_made_it_from_what_and_the_journal_tells_it() -> None:
    room = full_room()
    ddfpt = factories.actor(Role.DDFPT)

    made = export(room, by=ddfpt)

    version, entry = made.version, Entry.objects.get(kind="export")
    assert (version.author_id, version.author_name) == ("a.martin", "DDFPT")
    assert (version.nomenclature, version.provisional) == ("LivretPro provisoire 2025", True)
    assert (version.profile, version.with_previous_year, version.cfd) == (
        "1.1",
        False,
        factories.CFD,
    )
    assert (entry.action, entry.key, entry.field, entry.author_id) == (
        "exporte",
        str(version.pk),
        version.file_name,
        "a.martin",
    )


@pytest.mark.parametrize(
    ("code", "reduced"),
    [("TMELEC", "TMELEC"), ("T MÉL/1", "T-MEL-1"), ("2-A..B_", "2-A-B"), ("tÀÉç€", "tAEc")],
)
def test_the_name_of_the_file_holds_a_reduced_division_code(code, reduced) -> None:
    room = full_room(code=code)

    version = export(room).version

    assert re.fullmatch(
        rf"LSLPRO_0990001N_{reduced}_2025_v001_[0-9]{{8}}-[0-9]{{6}}\.xml", version.file_name
    )
    assert read_division(version) == code


def read_division(version):
    return lsl_xml.read(bytes(version.content)).entete.division


# Cost, and two people at the same instant


@pytest.mark.parametrize("pupils", [1, 3])
def test_an_export_costs_twelve_queries(pupils) -> None:
    room = full_room(pupils)
    division = Division.objects.select_related("school_year").get(pk=room.division.pk)

    with queries(12):
        made = create_export(division, room.diploma, Options(), by=room.head)

    assert len(read(made).donnees) == pupils


@pytest.mark.parametrize("pupils", [1, 3])
def test_handing_out_the_same_version_costs_eight_queries(pupils) -> None:
    room = full_room(pupils)
    export(room)

    with queries(8):
        export(room)


@pytest.mark.parametrize("pupils", [1, 3])
def test_preparing_costs_six_queries(pupils) -> None:
    room = full_room(pupils)

    with queries(6):
        prepared = preparation(room.division, room.diploma, by=room.head)
        included = prepared.included

    assert len(included) == pupils


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_exports_at_the_same_instant_make_one_version(_round) -> None:
    room = full_room()

    made = at_once(partial(export, room), partial(export, room))

    assert kinds(made) == ["Made", "Made"]
    assert sorted(m.fresh for m in made) == [False, True]
    assert made[0].version == made[1].version
    assert (ExportVersion.objects.count(), ExportedPupil.objects.count()) == (1, 1)
    assert Entry.objects.filter(kind="export").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_exports_with_other_options_at_the_same_instant_make_two_versions() -> None:
    room = full_room()

    made = at_once(partial(export, room), partial(export, room, STRICT))

    assert sorted(m.version.number for m in made) == [1, 2]
