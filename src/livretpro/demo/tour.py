"""The guided tour: when there is one, and on which pupils of the demo school it is made."""

from django.conf import settings

from livretpro.demo.livrets import FILLINGS, Stage
from livretpro.demo.pupils import pupils_of
from livretpro.demo.structure import CIEL_T, CURRENT, NAME, UAI
from livretpro.livrets.queries import Sheet, sheets
from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School, SchoolYear

DIVISION = "TCIEL1"
CFD = CIEL_T.cfd


def is_demo(school: School) -> bool:
    """Whether this is the demo school, on an instance started as a demonstration (ADR 26).

    A real school is never one, were it to bear the UAI of the demo or to share its instance.
    """
    return bool(settings.DEMONSTRATION) and (school.uai, school.name) == (UAI, NAME)


def livrets_to_fill(actor: Actor, year: SchoolYear, diploma: Diploma) -> dict[Stage, Sheet]:
    """The livrets of the tour that the actor sees, by the stage they were left at: six queries.

    A pupil who has left since is not there.
    """
    stages = {_pupil_at(stage): stage for stage in Stage if stage is not Stage.COMPLETE}
    pupils = Enrolment.objects.visible_to(actor).present().with_livret()
    own = pupils.filter(
        school_year=year,
        cfd=CFD,
        division__code=DIVISION,
        student__siecle_id__in=list(stages),
    ).select_related("student", "division")
    found = sheets(own, year, known={CFD: diploma})
    return {stages[sheet.enrolment.student.siecle_id]: sheet for sheet in found}


def _pupil_at(stage: Stage) -> int:
    """ELEVE_ID of the first pupil of the division whose livret was left at this stage."""
    filling = next(f for f in FILLINGS if f.division == DIVISION and f.track.formation is CIEL_T)
    pupils = pupils_of(CURRENT, DIVISION, CFD)
    return pupils[filling.stages.index(stage.value)].siecle_id
