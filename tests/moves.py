"""A pupil of `lycee` who moves in the year, as the next files of SIECLE tell it."""

from django.utils import timezone

from livretpro.schools.importing import apply_import
from lycee import Lycee, files, mef_of
from siecle_files import eleve, eleves_xml


def import_pupil(lycee: Lycee, division: str, **fields: str) -> None:
    """Import the files again: the first pupil as told here, the second in TCIEL1 as before."""
    one = eleve(1001, divisions=[division], NOM_DE_FAMILLE="AUBRY", PRENOM="Élève1", **fields)
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
        [eleves_xml(uai=lycee.school.uai, annee=2025, eleves=[one, other]), *structure],
        by=lycee.actor,
        on=timezone.localdate(),
        confirmer_departs=True,
    )
    assert report.refus is None
