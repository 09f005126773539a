"""Tables of a school: structure, pupils, staff, imports."""

from livretpro.schools.models.charges import (
    HandTeacher,
    PfmpReferent,
    PrincipalTeacher,
    Substitution,
    holding,
)
from livretpro.schools.models.groups import DeclaredGroup, DeclaredMember
from livretpro.schools.models.imports import ImportBatch, ImportFile, ImportState
from livretpro.schools.models.pupils import Enrolment, GroupMember, Student
from livretpro.schools.models.staff import Membership, Service, ServiceTeacher, Staff
from livretpro.schools.models.structure import Division, Group, School, SchoolMef, SchoolYear

__all__ = [
    "DeclaredGroup",
    "DeclaredMember",
    "Division",
    "Enrolment",
    "Group",
    "GroupMember",
    "HandTeacher",
    "ImportBatch",
    "ImportFile",
    "ImportState",
    "Membership",
    "PfmpReferent",
    "PrincipalTeacher",
    "School",
    "SchoolMef",
    "SchoolYear",
    "Service",
    "ServiceTeacher",
    "Staff",
    "Student",
    "Substitution",
    "holding",
]
