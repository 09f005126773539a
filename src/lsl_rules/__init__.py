"""What LSL accepts of a file: codes and labels, the checks with and without knowing the school, and
what a record becomes."""

from lsl_rules.against import (
    Judged,
    Outline,
    PupilJudge,
    Report,
    Status,
    absent_pupils,
    check_against,
    judge_file,
    locked_since,
    outline_of,
)
from lsl_rules.asked import informed, mefs_asked
from lsl_rules.bilan import Bilan, BilanHeader, BilanPupil, bilan_name
from lsl_rules.bilan_reading import (
    BILAN,
    ReturnedBilan,
    ReturnedFinding,
    ReturnedHeader,
    ReturnedPupil,
    read_bilan,
)
from lsl_rules.bilan_writing import MAX_LINES, write_bilan
from lsl_rules.check import check_built, check_document
from lsl_rules.codes import Code, Level, Severity
from lsl_rules.context import (
    Accreditation,
    Context,
    FormerYear,
    KnownPupil,
    Standing,
    Subject,
    Subjects,
    known_pupil,
    scale_of,
)
from lsl_rules.findings import Finding
from lsl_rules.mef import Year
from lsl_rules.merge import Counts, Merged, merge
from lsl_rules.passes import Opened, all_judged, judged_pupils, open_file
from lsl_rules.pupil import check_parts
from lsl_rules.report import report_data
from lsl_rules.semantics import check_pupil, check_semantics
from lsl_rules.uai import check_letter, is_uai

__all__ = [
    "BILAN",
    "MAX_LINES",
    "Accreditation",
    "Bilan",
    "BilanHeader",
    "BilanPupil",
    "Code",
    "Context",
    "Counts",
    "Finding",
    "FormerYear",
    "Judged",
    "KnownPupil",
    "Level",
    "Merged",
    "Opened",
    "Outline",
    "PupilJudge",
    "Report",
    "ReturnedBilan",
    "ReturnedFinding",
    "ReturnedHeader",
    "ReturnedPupil",
    "Severity",
    "Standing",
    "Status",
    "Subject",
    "Subjects",
    "Year",
    "absent_pupils",
    "all_judged",
    "bilan_name",
    "check_against",
    "check_built",
    "check_document",
    "check_letter",
    "check_parts",
    "check_pupil",
    "check_semantics",
    "informed",
    "is_uai",
    "judge_file",
    "judged_pupils",
    "known_pupil",
    "locked_since",
    "mefs_asked",
    "merge",
    "open_file",
    "outline_of",
    "read_bilan",
    "report_data",
    "scale_of",
    "write_bilan",
]
