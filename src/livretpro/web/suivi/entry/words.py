"""French words of the pages of livrets: moments, fields, values, what is missing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format

from livretpro.livrets.fields import Field, UnknownField, field, shown
from livretpro.livrets.figures import rounded
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.status import Colour, Missing, Status
from livretpro.livrets.wording import COMPETENCE
from livretpro.web.suivi.wording import ago

EXACT_DECIMALS = 6
LISTED_DEGREES = 3
_ITEMS = {
    "moyenne": "Moyenne d’une période",
    "enseignant": "Enseignant de la spécialité",
    "pfmp_synthese": "Synthèse des PFMP",
    "pfmp_enseignant": "Enseignant de la PFMP",
    "appreciation": "Appréciation générale",
}


def clock(at: datetime) -> str:
    """`10 h 32`, in the school's time zone."""
    local = timezone.localtime(at)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"


def moment(at: datetime, *, now: datetime) -> str:
    """`aujourd’hui à 10 h 32`, `hier à 16 h 12`, `le 12 mai à 9 h 05`; the year when another."""
    day, today = timezone.localdate(at), timezone.localdate(now)
    if (today - day).days <= 1:
        return f"{ago(day, on=today)} à {clock(at)}"
    number = "1er" if day.day == 1 else str(day.day)
    pattern = "F" if day.year == today.year else "F Y"
    return f"le {number} {date_format(day, pattern)} à {clock(at)}"


def said_by(author_id: str, name: str, *, reader: str) -> str:
    """Who saved the value that stands, as the reader (an author's id) is told of it."""
    return "Déjà enregistré par vous" if author_id == reader else name


def ordinal(number: int) -> str:
    """What follows the figure: `er` or `e`."""
    return "er" if number == 1 else "e"


def period_words(number: int, kind: PeriodKind | None) -> str:
    """`1er trimestre`; `période 1` while no periodicity is set."""
    return f"{number}{ordinal(number)} {kind.word}" if kind else f"période {number}"


def field_words(key: str, kind: PeriodKind | None) -> str:
    """What a field is called in a short list; its key when the field is no longer known."""
    try:
        found = field(key)
    except UnknownField:
        return key
    return _field_words(found, kind)


def _field_words(found: Field, kind: PeriodKind | None) -> str:
    if found.competence:
        return found.competence
    if found.key.startswith("moyenne_"):
        return period_words(found.number, kind)
    return found.label


def item_words(key: str) -> str:
    """A missing item as a short link: `Degré de C6`, `Appréciation générale`."""
    kind, _, code = key.partition(":")
    return f"Degré de {code}" if kind == COMPETENCE else _ITEMS[key]


def missing_in_brief(status: Status) -> str:
    """What a livret lacks, in one line: `2 obligatoires : degrés de C6 et C9 ; 1 facultative`."""
    if not status.started:
        return "rien saisi"
    if status.only_pfmp:
        return "seule manque la PFMP, non exportée"
    kinds = (_kind_in_brief(status.mandatory, "obligatoire"), _optional_in_brief(status))
    return " ; ".join(kind for kind in kinds if kind)


def _optional_in_brief(status: Status) -> str:
    """The optional items, named once nothing mandatory hides them."""
    if not status.mandatory:
        return _kind_in_brief(status.optional, "facultative")
    return _counted(len(status.optional), "facultative") if status.optional else ""


def _kind_in_brief(missing: Sequence[Missing], kind: str) -> str:
    codes = [m.key.partition(":")[2] for m in missing if m.key.startswith(COMPETENCE)]
    others = [item_words(m.key) for m in missing if not m.key.startswith(COMPETENCE)]
    words = ", ".join(f"{item[0].lower()}{item[1:]}" for item in [*_degrees(codes), *others])
    return f"{_counted(len(missing), kind)} : {words}" if words else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}s" if number > 1 else f"{number} {noun}"


def _degrees(codes: list[str]) -> Iterable[str]:
    if len(codes) > LISTED_DEGREES:
        yield f"{len(codes)} degrés de maîtrise"
    elif len(codes) > 1:
        yield f"Degrés de {', '.join(codes[:-1])} et {codes[-1]}"
    elif codes:
        yield f"Degré de {codes[0]}"


def state_words(status: Status) -> str:
    """What the colour means for this livret, in a few words."""
    if not status.started:
        return "rien saisi"
    if not status.missing:
        return "complet" if status.colour is Colour.VERT else "aucune compétence attendue"
    if status.only_pfmp:
        return "seule manque la PFMP, non exportée"
    missing, kind = status.mandatory, "donnée obligatoire"
    if not missing:
        missing, kind = status.optional, "donnée facultative"
    if len(missing) == 1:
        return f"1 {kind} manque"
    return f"{len(missing)} {kind.replace(' ', 's ')}s manquent"


def average_words(value: Fraction | None) -> str:
    """Two decimals, half up; nothing for no average."""
    return "" if value is None else shown(rounded(value))


def exact_words(value: Fraction) -> str:
    """The unrounded value: `12,15`, `11,666666…`."""
    scaled = value * 10**EXACT_DECIMALS
    digits = f"{int(scaled):0{EXACT_DECIMALS + 1}d}"
    whole, decimals = digits[:-EXACT_DECIMALS], digits[-EXACT_DECIMALS:]
    if scaled.denominator != 1:
        return f"{whole},{decimals}…"
    return f"{whole},{decimals}".rstrip("0").rstrip(",")


def saved_words(saved: int) -> str:
    """How many values a form saved."""
    if saved == 0:
        return "Rien n’avait changé : rien n’a été enregistré."
    return "1 valeur enregistrée." if saved == 1 else f"{saved} valeurs enregistrées."
