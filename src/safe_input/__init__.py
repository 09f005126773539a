"""The one door for files that come from outside: bounded, without entities, without network.

A file goes through `unwrap` or `members` (zip), then `parse` or `iterparse` (XML), `read_text`
(CSV) or `read_json`; `read_bounded` has a large one read by a child process that its limits stop,
`read_tables` a workbook. Whatever is wrong with it ends in one exception, `Refused`, which carries
a code and a French sentence.
"""

from safe_input.apart import BOUNDS, Bounds, read_bounded
from safe_input.archive import is_zip, members, unwrap
from safe_input.document import Checked, check, iterparse, parse
from safe_input.frame import Frame, frame
from safe_input.limits import DEFAULT_LIMITS, TREE_LIMITS, Limits
from safe_input.package import MAX_WORKBOOK, clean_workbook
from safe_input.plain import read_bytes, read_text
from safe_input.refusal import Refused
from safe_input.structured import JSON_LIMITS, read_json
from safe_input.tables import Expected, Tables, read_tables

__all__ = [
    "BOUNDS",
    "DEFAULT_LIMITS",
    "JSON_LIMITS",
    "MAX_WORKBOOK",
    "TREE_LIMITS",
    "Bounds",
    "Checked",
    "Expected",
    "Frame",
    "Limits",
    "Refused",
    "Tables",
    "check",
    "clean_workbook",
    "frame",
    "is_zip",
    "iterparse",
    "members",
    "parse",
    "read_bounded",
    "read_bytes",
    "read_json",
    "read_tables",
    "read_text",
    "unwrap",
]
