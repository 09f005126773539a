"""How a sector is evaluated, from its référentiel (spec 06, Sector)."""

from collections.abc import Collection

from livretpro.bulletins.words import Grouping


def grouping_of(subs: Collection[int]) -> Grouping:
    """By significant element when most competences have several sub-competences, else by
    competence; `subs` counts the sub-competences of each first-level competence."""
    several = sum(count > 1 for count in subs)
    return Grouping.ELEMENT if several * 2 > len(subs) else Grouping.COMPETENCE
