"""A pupil of `lycee` who moves in the year, as the next files of SIECLE tell it."""

from collections.abc import Collection

from django.utils import timezone

from livretpro.schools.importing import apply_import
from lycee import Lycee, files, mef_of
from siecle_files import EleveXml, eleve, eleves_xml


def import_pupil(lycee: Lycee, division: str, **fields: str) -> None:
    """Import the files again: the first pupil as told here, the second in TCIEL1 as before."""
    import_again(lycee, first_pupil(1001, division, **fields))


def first_pupil(eleve_id: int, division: str, **fields: str) -> EleveXml:
    """The first pupil under this ELEVE_ID, their INE unchanged."""
    who = {"NOM_DE_FAMILLE": "AUBRY", "PRENOM": "Élève1", "ID_NATIONAL": "0000001001A"}
    return eleve(eleve_id, divisions=[division], **who, **fields)


def import_again(lycee: Lycee, *pupils: EleveXml, same_person: Collection[int] = ()) -> None:
    """Import the files again with these pupils, and the second one in TCIEL1 as before.

    `same_person`: the new ELEVE_ID that the preview proposed and the head confirmed.
    """
    other = eleve(
        1002,
        divisions=["TCIEL1"],
        CODE_MEF=mef_of("TCIEL1"),
        NOM_DE_FAMILLE="BENHADDOU",
        PRENOM="Élève2",
    )
    structure = files({"TCIEL1": 1, "1CIEL1": 1, "TCIEL2": 1}, uai=lycee.school.uai)[1:]
    report = apply_import(
        lycee.school,
        [eleves_xml(uai=lycee.school.uai, annee=2025, eleves=[*pupils, other]), *structure],
        by=lycee.actor,
        on=timezone.localdate(),
        confirmer_departs=True,
        same_person=same_person,
    )
    assert report.refus is None
