"""French words for the fields of a livret and their values, wherever a change is told."""

from livretpro.livrets.fields import Field, UnknownField, field
from livretpro.livrets.rules import DEGREE_LABELS, PeriodKind

COMPETENCE = "competence"


def field_label(key: str, kind: PeriodKind | None) -> str:
    """`Moyenne, trimestre 1`, `Degré C04`, `Synthèse des PFMP`; the key itself when no field of
    today bears it."""
    try:
        found = field(key)
    except UnknownField:
        return key
    return _label(found, kind)


def _label(found: Field, kind: PeriodKind | None) -> str:
    if not found.of_period:
        return f"Degré {found.competence}" if found.competence else found.label
    period = f"{kind.word if kind else 'période'} {found.number}"
    if found.competence:
        return f"Degré {found.competence}, {period}"
    return f"Moyenne, {period}" if found.is_average else f"Appréciation, {period}"


def value_words(key: str, text: str) -> str:
    """A canonical text as one reads it: `3, maîtrisée`, `non noté`, `rien`."""
    if f"{COMPETENCE}:" in key and text in _DEGREES:
        return f"{text}, {_DEGREES[text]}"
    return short_words(text)


_DEGREES = {str(degree): label for degree, label in DEGREE_LABELS.items()}


def short_words(text: str) -> str:
    """The same without the words of a degree."""
    return {"": "rien", "NN": "non noté"}.get(text, text)
