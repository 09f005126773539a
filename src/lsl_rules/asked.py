"""What the judgement of a file asks of the receiving side once its outline is known: its MEF, their
subjects, and the code-periode held where they lead.

The registry and the rehearsal of Suivi both take it from here: they look at the same (spec 07).
"""

from collections.abc import Mapping
from dataclasses import replace

from lsl_rules.against import Outline
from lsl_rules.context import Context, subjects_of

Codes = Mapping[tuple[int, str], Mapping[tuple[str, str], frozenset[str]]]
"""The 4-digit codes by (year, MEF) then (subject, modality)."""


def mefs_asked(outline: Outline, context: Context) -> set[tuple[int, str]]:
    """The couples (year, MEF of ten characters) that a judgement may look at: where the pupils of
    the file stand in the year N and stood in N-1, and the MEF that it announces for these years."""
    year = context.year
    pupils = [context.pupils[number] for number in outline.pupils if number in context.pupils]
    now = {(year, pupil.mef) for pupil in pupils}
    before = {(year - 1, pupil.former.mef) for pupil in pupils}
    told = {couple for couple in outline.mefs if couple[0] in {year, year - 1}}
    return {(annee, mef) for annee, mef in now | before | told if mef}


def informed(
    context: Context,
    codes: Codes,
    tracks: Mapping[tuple[int, str], tuple[str, str]],
    held: Mapping[tuple[int, str, str], str],
) -> Context:
    """The context with the nomenclature, the diploma and level that each (year, MEF) leads to, and
    the code-periode of those for which one is held, by year, diploma and level."""
    periods = {
        (year, mef): held[year, *track]
        for (year, mef), track in tracks.items()
        if (year, *track) in held
    }
    return replace(context, nomenclature=subjects_of(codes), tracks=tracks, periods=periods)
