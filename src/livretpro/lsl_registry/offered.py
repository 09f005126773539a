"""The codes of competence that a form offers beside those that a record holds."""

from django.conf import settings

from livretpro.lsl_registry.cells import Offered
from livretpro.referentiels.queries import lsl_subjects
from livretpro.schools.models import SchoolYear
from livretpro.schools.standing import Standing


def offered_to(pupil: Standing, year: SchoolYear) -> Offered:
    """By year, subject and modality, those of the MEF of the pupil: four queries at most."""
    known = lsl_subjects(
        {mef for mef in (pupil.mef, pupil.former_mef) if mef},
        (year.year, year.year - 1),
        school_uai=year.school.uai,
        own_subject=(settings.LSL_SUBJECT_CODE, settings.LSL_ELECTION_MODE),
    )
    return {
        (annee, subject, mode): sorted(codes)
        for (annee, mef), subjects in known.items()
        for (subject, mode), codes in subjects.items()
        if mef == (pupil.mef if annee == year.year else pupil.former_mef)
    }
