"""The whole way: a file made here, received by the Registre, whose bilan comes back here."""

import pytest

import registry_factories as registry
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.returned import keep_bilan
from livretpro.lsl_export.returned_seen import livret_seen
from livretpro.lsl_registry.bilans import Seen, bilan_name, export_bilan
from livretpro.referentiels.models import NomenclatureCode
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment
from lycee import Lycee, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def lycee(settings: object) -> Lycee:
    made = found({"TCIEL1": 3})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002, 1003)
    registry.accredited((settings.LSL_PUBLISHER, settings.LSL_APPLICATION))
    return made


def received(lycee: Lycee, version: ExportVersion) -> Seen:
    """The version as the Registre takes it, whose nomenclature lacks C08 and where 1002 became an
    apprentice."""
    lost = list(NomenclatureCode.objects.filter(competence="C08"))
    NomenclatureCode.objects.filter(competence="C08").delete()
    Enrolment.objects.filter(student__siecle_id=1002).update(status="AP")
    told = registry.received(bytes(version.content), name=version.file_name, by=lycee.actor)
    NomenclatureCode.objects.bulk_create(lost)
    return told


def test_what_the_registre_says_of_each_pupil_stands_on_their_livret(lycee: Lycee) -> None:
    version = lycee.export("TCIEL1").version
    told = received(lycee, version)
    data = export_bilan(told.received, by=lycee.actor)

    kept = keep_bilan(data, bilan_name(told.received), by=lycee.actor)

    assert (kept.bilan.version, kept.bilan.proved) == (version, True)
    said = {pupil: livret_seen(lycee.enrolment(pupil)) for pupil in (1001, 1002, 1003)}
    assert {pupil: seen.row.outcome for pupil, seen in said.items()} == {
        1001: "PARTIEL",
        1002: "REJETE",
        1003: "PARTIEL",
    }
    assert [(one.code, one.field) for one in said[1001].said] == [("PARLSL_V05", "competence:C08")]
    assert [(one.code, one.field) for one in said[1002].said] == [("REJLSL_E04", "")]
