"""The LSL file: a model that mirrors the schema, reading, writing and checking, in two profiles.

Knows nothing of Django nor of the application. What a file means is for `lsl_rules`.
"""

from lsl_xml.carry import NotCarried, Part, carried, not_carried
from lsl_xml.document import (
    TREE_LIMITS,
    Header,
    Pupil,
    Readings,
    Source,
    all_pupils,
    iter_pupils,
    parse,
    read,
    read_header,
    readings,
)
from lsl_xml.errors import Reason, Unreadable
from lsl_xml.lexical import NON_NOTE
from lsl_xml.model import (
    Avis,
    AvisExamen,
    AvisPfmp,
    ChefOeuvre,
    Competence,
    Document,
    Eleve,
    Engagements,
    Enseignant,
    Entete,
    Evaluation,
    ParcoursDifferencie,
    Periode,
    Scolarite,
    Structure,
)
from lsl_xml.places import Lines, lines_of
from lsl_xml.profile import Profile, profile_of
from lsl_xml.reader import Summary, read_document, summary_of
from lsl_xml.schema import (
    MAX_FINDINGS,
    SchemaFinding,
    is_valid,
    read_valid,
    validate,
    validate_around,
    validate_stream,
    validate_tree,
)
from lsl_xml.writer import WRITER_VERSION, build, serialise, write

__all__ = [
    "MAX_FINDINGS",
    "NON_NOTE",
    "TREE_LIMITS",
    "WRITER_VERSION",
    "Avis",
    "AvisExamen",
    "AvisPfmp",
    "ChefOeuvre",
    "Competence",
    "Document",
    "Eleve",
    "Engagements",
    "Enseignant",
    "Entete",
    "Evaluation",
    "Header",
    "Lines",
    "NotCarried",
    "ParcoursDifferencie",
    "Part",
    "Periode",
    "Profile",
    "Pupil",
    "Readings",
    "Reason",
    "SchemaFinding",
    "Scolarite",
    "Source",
    "Structure",
    "Summary",
    "Unreadable",
    "all_pupils",
    "build",
    "carried",
    "is_valid",
    "iter_pupils",
    "lines_of",
    "not_carried",
    "parse",
    "profile_of",
    "read",
    "read_document",
    "read_header",
    "read_valid",
    "readings",
    "serialise",
    "summary_of",
    "validate",
    "validate_around",
    "validate_stream",
    "validate_tree",
    "write",
]
