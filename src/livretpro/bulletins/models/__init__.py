"""Tables of the bulletins."""

from livretpro.bulletins.models.frames import DivisionSector, Frame, FrameItem, Sector
from livretpro.bulletins.models.imports import (
    BatchState,
    CproConnection,
    DivisionState,
    ImportBatch,
    ImportedValue,
    ImportLine,
    ValueKind,
)
from livretpro.bulletins.models.periods import Mockup, MockupAssignment, Period, Publication
from livretpro.bulletins.models.results import (
    Appraisal,
    Assessment,
    Degree,
    GeneralAppraisal,
    Mark,
    TeacherGrade,
)
from livretpro.bulletins.models.settings import BulletinSettings
from livretpro.bulletins.models.teaching import Service, ServiceTeacher, Subject

__all__ = [
    "Appraisal",
    "Assessment",
    "BatchState",
    "BulletinSettings",
    "CproConnection",
    "Degree",
    "DivisionSector",
    "DivisionState",
    "Frame",
    "FrameItem",
    "GeneralAppraisal",
    "ImportBatch",
    "ImportLine",
    "ImportedValue",
    "Mark",
    "Mockup",
    "MockupAssignment",
    "Period",
    "Publication",
    "Sector",
    "Service",
    "ServiceTeacher",
    "Subject",
    "TeacherGrade",
    "ValueKind",
]
