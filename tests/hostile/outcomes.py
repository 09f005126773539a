"""What becomes of each hostile file: refused at every door, but for those written here.

A file that a door takes is harmless there: what it says is kept as text, or the line that makes no
sense is left out and told in the preview. Nothing is written before somebody confirms.
"""

TEXTS = (
    "text: bidi",
    "text: emoji",
    "text: formula",
    "text: html",
    "text: nfd",
    "text: null words",
    "text: private",
    "text: sql",
    "text: template",
    "text: zero width",
)
"""Names as odd as one likes are names: pages escape them, sheets write them as text."""

TOLD_IN_THE_PREVIEW = (
    "sense: code too long",
    "sense: empty structures",
    "sense: impossible birth",
    "sense: name too long",
    "sense: sts of nobody",
    "sense: two divisions",
    "sense: year 99999",
)
"""One thing of one pupil is left out, with a warning; or the file says nothing."""

IMPORTED = (*TEXTS, *TOLD_IN_THE_PREVIEW)
FILLED = ("sheet: carriage returns", "sheet: formula")
TYPED = ("json: html",)
DEPOSITED = (
    "kind: workbook",
    "workbook: date of nowhere",
    "workbook: error cell",
    "workbook: formula",
    "workbook: honest",
    "workbook: lies about its size",
    "workbook: macro",
    "workbook: number of nowhere",
    "workbook: odd field in the mark",
    "workbook: same pupil on two pages",
    "workbook: text of a million",
)
"""Each opens a preview, whose wrong cells are refused by name; macros and formulas are not read."""

BROUGHT_BACK = (
    "bilan: bidi",
    "bilan: formula",
    "bilan: honest",
    "bilan: html",
    "bilan: long",
    "bilan: null",
    "bilan: pupil of forty digits",
    "bilan: template",
)
"""Each has a pupil of the school: texts are texts, shortened, and no file of ours is theirs."""


TAKEN_AT = {
    "siecle": IMPORTED,
    "cli_import": IMPORTED,
    "sheet": FILLED,
    "spreadsheet": DEPOSITED,
    "bilan": BROUGHT_BACK,
    "cli_fill": FILLED,
    "referentiel": TYPED,
    "cli_referentiel": TYPED,
}


def may_be_taken(door: str) -> tuple[str, ...]:
    """The files that this door takes; it refuses every other one."""
    return TAKEN_AT.get(door, ())
