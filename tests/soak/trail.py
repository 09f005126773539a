"""What the database says after the storm: every value, and how it came to stand."""

from collections.abc import Iterable

from soak.instance import Instance

UAI = "0599001N"
CIEL = "40025519"

_PUPILS = """
SELECT e.id FROM schools_enrolment e
  JOIN schools_division d ON d.id = e.division_id
  JOIN schools_schoolyear y ON y.id = d.school_year_id
  JOIN schools_school s ON s.id = y.school_id AND s.current_year = y.year
 WHERE d.code = %s AND e.cfd = %s AND e."end" IS NULL AND s.uai = %s ORDER BY e.id
"""
_DIVISION = """
SELECT d.id FROM schools_division d
  JOIN schools_schoolyear y ON y.id = d.school_year_id
  JOIN schools_school s ON s.id = y.school_id AND s.current_year = y.year
 WHERE d.code = %s AND s.uai = %s
"""
_TORN = """
SELECT key, field, rank FROM (
  SELECT key, field, rank, before,
         lag(after) OVER (PARTITION BY key, field ORDER BY rank) AS stood
    FROM journal_entry JOIN journal_entryvalues ON entry_id = id
   WHERE school_uai = %s AND kind = 'livret' AND action = 'modifie' AND rank > %s
) told WHERE before <> stood
"""
_LAST = """
SELECT DISTINCT ON (key, field) key, field, after
  FROM journal_entry LEFT JOIN journal_entryvalues ON entry_id = id
 WHERE school_uai = %s AND kind = 'livret' AND field = 'appreciation'
 ORDER BY key, field, rank DESC
"""
_TOLD = """
SELECT after FROM journal_entry JOIN journal_entryvalues ON entry_id = id
 WHERE school_uai = %s AND kind = 'livret' AND field = %s AND rank > %s
"""


def pupils(instance: Instance, division: str = "TCIEL1") -> list[int]:
    """The enrolments of a division of CIEL this year."""
    return [pk for (pk,) in instance.rows(_PUPILS, division, CIEL, UAI)]


def division(instance: Instance, code: str) -> int:
    """A division of the demo school this year: other schools have divisions of the same code."""
    return instance.count(_DIVISION, code, UAI)


def livret_page(pupil: int) -> str:
    """The address of the livret of an enrolment."""
    return f"/suivi/{UAI}/{CIEL}/livrets/{pupil}/"


def length(instance: Instance) -> int:
    """How many entries the journal of the school holds."""
    return instance.count(
        "SELECT coalesce(max(rank), 0) FROM journal_entry WHERE school_uai = %s", UAI
    )


def told(instance: Instance, field: str, *, since: int) -> list[str]:
    """The values of a field told to the journal after the entry `since`."""
    return [after for (after,) in instance.rows(_TOLD, UAI, field, since)]


def faults(instance: Instance, *, since: int = 0) -> list[str]:
    """Updates overwritten unseen, appreciations that are not what the journal tells last, and
    everything `livretpro journal verify` finds."""
    torn = instance.rows(_TORN, UAI, since)
    found = [f"entry {rank} replaced a value it had not seen ({field})" for _, field, rank in torn]
    stands = dict(instance.rows("SELECT id::text, appreciation FROM livrets_livret"))
    found += [
        f"livret {key} says {stands.get(key)!r}, the journal {after!r}"
        for key, _, after in instance.rows(_LAST, UAI)
        if stands.get(key) != (after or "")
    ]
    verdict = instance.command("journal", "verify")
    return found + ([] if verdict.returncode == 0 else [verdict.stdout + verdict.stderr])


def lost_or_doubled(acknowledged: Iterable[str], kept: list[str]) -> list[str]:
    """Of texts that are all different: those acknowledged that the journal does not tell once."""
    doubled = {text for text in kept if kept.count(text) > 1}
    return [
        f"acknowledged, then lost: {text!r}" for text in sorted(set(acknowledged) - set(kept))
    ] + [f"told twice: {text!r}" for text in sorted(doubled)]
