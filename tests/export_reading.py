"""Makes the file of a class and reads it back."""

import livret_factories as make
import lsl_xml
from livret_factories import Classroom
from livretpro.lsl_export.actions import Made, Options, create_export
from livretpro.schools.actors import Actor

OURS = Options()
STRICT = Options(profile=lsl_xml.Profile.V1_0)


def full_room(pupils: int = 1, *, code: str = "TMELEC") -> Classroom:
    """A class whose livrets are all green."""
    room = make.classroom(pupils, code=code)
    for pupil in room.pupils:
        make.typed(pupil, make.FULL)
    return room


def export(room: Classroom, options: Options = OURS, *, by: Actor | None = None) -> Made:
    """Make the file of the class, as the head unless said."""
    return create_export(room.division, room.diploma, options, by=by or room.head)


def read(made: Made) -> lsl_xml.Document:
    """The document of the bytes kept."""
    return lsl_xml.read(bytes(made.version.content))


def ids(made: Made) -> list[int]:
    """The pupils of the file, in its order."""
    return [eleve.id for eleve in read(made).donnees]


def the_year(made: Made, number: int = 0) -> lsl_xml.Scolarite:
    """The first year of a pupil of the file."""
    return read(made).donnees[number].scolarites[0]


def the_evaluation(made: Made, number: int = 0) -> lsl_xml.Evaluation:
    """The evaluation of that year."""
    return the_year(made, number).evaluations[0]
