"""Tables of the livrets."""

from livretpro.livrets.models.announcements import (
    ANNOUNCEMENT_MAX,
    Announcement,
    AnnouncementReader,
)
from livretpro.livrets.models.livret import Degree, Livret, TeacherLine
from livretpro.livrets.models.moves import MovedLivret, VersionMove
from livretpro.livrets.models.periodicity import Periodicity
from livretpro.livrets.models.periods import PeriodBilan, PeriodDegree, PeriodPublication

__all__ = [
    "ANNOUNCEMENT_MAX",
    "Announcement",
    "AnnouncementReader",
    "Degree",
    "Livret",
    "MovedLivret",
    "PeriodBilan",
    "PeriodDegree",
    "PeriodPublication",
    "Periodicity",
    "TeacherLine",
    "VersionMove",
]
