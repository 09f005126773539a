"""The panel « Essayez » of the demo school: a few tasks, ticked from what the database holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from livretpro.demo.livrets import Stage
from livretpro.demo.tour import CFD, DIVISION, is_demo, livrets_to_fill
from livretpro.livrets.announcing import told
from livretpro.livrets.fields import Part
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import Sheet
from livretpro.livrets.status import Colour
from livretpro.lsl_export.queries import versions
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division
from livretpro.web.suivi.place import DiplomaPlace

FIRST_MADE_HERE = 2
"""The demo school comes with one version of the division: the next is the visitor's."""


@dataclass(frozen=True)
class Task:
    """Something to try: the words of its link, the rest of its sentence, whether it is done.

    `sequel` is a link to what can be seen once it is done: its words and its address.
    """

    link: str
    rest: str
    address: str
    done: bool
    sequel: tuple[str, str] | None = None


@dataclass(frozen=True)
class Tour:
    """The tasks of who looks, in the order of the work."""

    tasks: tuple[Task, ...]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(task.done for task in self.tasks)


def tour_of(place: DiplomaPlace) -> Tour | None:
    """The tasks of this person in the demo school, None anywhere else: no query then.

    In the demo school: six queries, and two more for the head.
    """
    if not is_demo(place.school) or place.diploma.cfd != CFD or place.former:
        return None
    found = livrets_to_fill(place.actor, place.year, place.diploma)
    if not found:
        return None
    tasks = list(_filling(place, found))
    division = next(iter(found.values())).enrolment.division
    if place.actor.is_head and division:
        tasks += _steering(place, division)
    return Tour(tuple(tasks)) if tasks else None


def _filling(place: DiplomaPlace, found: dict[Stage, Sheet]) -> Iterator[Task]:
    """What there is to fill, for whoever may write it."""
    for stage, part, task in (
        (Stage.NO_APPRECIATION, Part.SPECIALITY, _green),
        (Stage.BEGUN, Part.SPECIALITY, _missing),
        (Stage.EMPTY, Part.SPECIALITY, _begin),
        (Stage.NO_PFMP, Part.PFMP, _pfmp),
    ):
        sheet = found.get(stage)
        if sheet and can_write(place.actor, part, sheet.enrolment):
            yield task(place, sheet)


def _green(place: DiplomaPlace, sheet: Sheet) -> Task:
    return Task(
        f"Mettez {sheet.enrolment.student} au vert",
        "il ne manque que l’appréciation générale.",
        f"{_livret(place, sheet)}#appreciation",
        done=sheet.status.colour is Colour.VERT,
    )


def _missing(place: DiplomaPlace, sheet: Sheet) -> Task:
    return Task(
        f"Trouvez ce qui manque en {DIVISION}",
        f"sortez {sheet.enrolment.student} du rouge.",
        f"{_division(place, sheet)}?vue=liste&statut=rouge",
        done=sheet.status.colour is not Colour.ROUGE,
    )


def _begin(place: DiplomaPlace, sheet: Sheet) -> Task:
    return Task(
        "Remplissez la grille de la classe",
        f"au clavier, 1 à 4 : rien n’est saisi pour {sheet.enrolment.student}.",
        _division(place, sheet),
        done=sheet.status.started,
    )


def _pfmp(place: DiplomaPlace, sheet: Sheet) -> Task:
    return Task(
        f"Écrivez la synthèse des PFMP de {sheet.enrolment.student}",
        "puis le nom de l’enseignant : le livret passe au vert.",
        f"{_livret(place, sheet)}#pfmp_synthese",
        done=sheet.status.colour is Colour.VERT,
    )


def _steering(place: DiplomaPlace, division: Division) -> list[Task]:
    """What the head does once livrets are filled: tell, export, look at what changed."""
    where = (place.school.uai, place.path)
    held = versions(place.year, CFD, by=place.actor, divisions=[division]).get(division.pk, [])
    newer = next((v for v in held if v.number >= FIRST_MADE_HERE), None)
    changes = reverse("suivi:export_compare", args=(*where, newer.pk)) if newer else ""
    export = Task(
        f"Exportez la division {DIVISION}",
        "ce qui a changé depuis la version 1 fait une version 2.",
        reverse("suivi:export_division", args=(*where, division.pk)),
        done=newer is not None,
        sequel=("Regardez ce qui a changé", changes) if newer else None,
    )
    announce = Task(
        "Prévenez les enseignants de terminale",
        "un message est prêt.",
        reverse("suivi:announce", args=(*where, Level.TERMINALE.value)),
        done=bool(told(place.year, CFD, Level.TERMINALE)),
    )
    return [export, announce]


def _livret(place: DiplomaPlace, sheet: Sheet) -> str:
    return reverse("suivi:livret", args=(place.school.uai, place.path, sheet.enrolment.pk))


def _division(place: DiplomaPlace, sheet: Sheet) -> str:
    where = (place.school.uai, place.path, sheet.enrolment.division_id)
    return reverse("suivi:division", args=where)
