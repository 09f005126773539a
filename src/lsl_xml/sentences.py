"""French sentences for what libxml2 says of a document that breaks the schema.

One line of the table per kind of message; a message of no known kind gets a sentence all the same.
"""

import re
from collections.abc import Callable

_HEAD = re.compile(
    r"Element '(?:\{[^}]*\})?(?P<element>[^']+)'(?:, attribute '(?P<attribute>[^']+)')?: "
    r"(?P<fault>.*)",
    re.DOTALL,
)
_VALUE_LENGTH = 60

_TYPES = {
    "xs:positiveInteger": "un nombre entier à partir de 1",
    "xs:date": "une date écrite AAAA-MM-JJ",
    "xs:boolean": "« true » ou « false »",
    "deuxDecimales": "un nombre décimal, avec un point",
    "anneeScolaire": "une année de quatre chiffres",
    "note": "un nombre de 0 à 20, avec deux décimales au plus",
    "moyenne": "un nombre de 0 à 20 avec deux décimales au plus, ou -1 pour « non noté »",
    "pourcentage": "un nombre de 0 à 100, avec deux décimales au plus",
    "semaines": "un nombre entier de 1 à 99",
    "numeroPeriode": "un nombre entier de 1 à 3",
}
_NON_BLANK = r"\s*\S[\s\S]*"
_PATTERNS = {
    "[0-9]{7}[A-Z]": "sept chiffres et une lettre majuscule",
    "[0-9A-Z]{11}": "onze chiffres ou lettres majuscules",
    "[0-9]{6}": "six chiffres",
    "[0-9]{4}": "quatre chiffres",
}
_DUPLICATES = {
    "eleveUnique": "L’élève {value} figure deux fois dans le fichier.",
    "anneeUnique": "L’année scolaire {value} figure deux fois pour le même élève.",
    "evaluationUnique": "La matière et la modalité {value} figurent deux fois la même année.",
    "periodeUnique": "La période {value} figure deux fois dans la même évaluation.",
    "competenceUnique": "La compétence {value} figure deux fois dans la même évaluation.",
    "enseignantUnique": "L’enseignant {value} figure deux fois dans la même évaluation.",
    "enseignantChefOeuvreUnique": "L’enseignant {value} figure deux fois pour le chef-d’œuvre.",
    "engagementUnique": "L’engagement {value} figure deux fois pour le même élève.",
}

_Sentence = Callable[[str, re.Match[str]], str]


def translate(message: str) -> str:
    """Turn one message of libxml2 into a whole French sentence that names place and value."""
    head = _HEAD.fullmatch(message)
    if head is None:
        return "Le fichier ne suit pas le schéma."
    where = _where(head["element"], head["attribute"])
    for pattern, sentence in _TABLE:
        if found := pattern.fullmatch(head["fault"]):
            return sentence(where, found)
    return f"Le contenu de {where} ne suit pas le schéma."


def _where(element: str, attribute: str | None) -> str:
    place = f"l’élément « {_short(element)} »"
    return f"l’attribut « {_short(attribute)} » de {place}" if attribute else place


def _short(text: str) -> str:
    return text if len(text) <= _VALUE_LENGTH else f"{text[:_VALUE_LENGTH]}…"


def _quoted_list(names: str) -> str:
    return ", ".join("« {} »".format(name.strip(" '")) for name in names.split(","))


def _unexpected(where: str, found: re.Match[str]) -> str:
    expected = f" (attendu : {_quoted_list(found[1])})" if found[1] else ""
    return f"{_capital(where)} n’a pas sa place ici{expected}."


def _missing_child(where: str, found: re.Match[str]) -> str:
    return f"Il manque un élément dans {where} (attendu : {_quoted_list(found[1])})."


def _missing_attribute(where: str, found: re.Match[str]) -> str:
    return f"Il manque l’attribut « {_short(found[1])} » à {where}."


def _foreign_attribute(where: str, _found: re.Match[str]) -> str:
    return f"{_capital(where)} n’existe pas dans ce format."


def _not_in_list(where: str, found: re.Match[str]) -> str:
    return f"{_received(where, found[1])} ; les valeurs possibles sont {_quoted_list(found[2])}."


def _too_long(where: str, found: re.Match[str]) -> str:
    return f"Le texte de {where} a {found[1]} caractères ; le maximum est {found[2]}."


def _too_short(where: str, found: re.Match[str]) -> str:
    return f"Le texte de {where} a {found[1]} caractère ; le minimum est {found[2]}."


def _wrong_length(where: str, found: re.Match[str]) -> str:
    return f"Le texte de {where} a {found[1]} caractères ; il en faut {found[2]}."


def _wrong_pattern(where: str, found: re.Match[str]) -> str:
    if found[2] == _NON_BLANK:
        return f"{_capital(where)} ne doit pas être vide."
    expected = _PATTERNS.get(found[2], "une autre forme")
    return f"{_received(where, found[1])} ; il faut {expected}."


def _too_small(where: str, found: re.Match[str]) -> str:
    return f"{_received(where, found[1])} ; le minimum est {found[2]}."


def _too_large(where: str, found: re.Match[str]) -> str:
    return f"{_received(where, found[1])} ; le maximum est {found[2]}."


def _too_precise(where: str, found: re.Match[str]) -> str:
    return f"{_received(where, found[1])} ; le maximum est de {found[2]} décimales."


def _wrong_type(where: str, found: re.Match[str]) -> str:
    expected = _TYPES.get(found[2], "une autre valeur")
    return f"{_received(where, found[1])} ; il faut {expected}."


def _duplicate(_where: str, found: re.Match[str]) -> str:
    value = _short(found[1].replace("'", ""))
    return _DUPLICATES.get(found[2], "La valeur {value} figure deux fois.").format(value=value)


def _stray_text(where: str, _found: re.Match[str]) -> str:
    return f"{_capital(where)} contient un texte qui n’y a pas sa place."


def _stray_element(where: str, _found: re.Match[str]) -> str:
    return f"{_capital(where)} contient un élément qui n’y a pas sa place."


def _received(where: str, value: str) -> str:
    return f"{_capital(where)} vaut « {_short(value)} »"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _table(*rows: tuple[str, _Sentence]) -> tuple[tuple[re.Pattern[str], _Sentence], ...]:
    return tuple((re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in rows)


_EXPECTED = r"Expected is (?:one of )?\( (.*) \)\."
_LENGTH = r"The value (?:'.*' )?has a length of '(\d+)'; this "
_VALUE = r"The value '(.*)' "
_THAN_ALLOWED = r"than are allowed \('(.*)'\)\."
_TYPE = r"type '(?:\{[^}]*\})?(.*)'\."

_TABLE = _table(
    (rf"This element is not expected\.(?: {_EXPECTED})?", _unexpected),
    (rf"Missing child element\(s\)\. {_EXPECTED}", _missing_child),
    (r"The attribute '(.*)' is required but missing\.", _missing_attribute),
    (r"The attribute '(.*)' is not allowed\.", _foreign_attribute),
    (rf"\[facet 'enumeration'\] {_VALUE}is not an element of the set \{{(.*)\}}\.", _not_in_list),
    (
        rf"\[facet 'maxLength'\] {_LENGTH}exceeds the allowed maximum length of '(.*)'\.",
        _too_long,
    ),
    (
        rf"\[facet 'minLength'\] {_LENGTH}underruns the allowed minimum length of '(.*)'\.",
        _too_short,
    ),
    (rf"\[facet 'length'\] {_LENGTH}differs from the allowed length of '(.*)'\.", _wrong_length),
    (rf"\[facet 'pattern'\] {_VALUE}is not accepted by the pattern '(.*)'\.", _wrong_pattern),
    (
        rf"\[facet 'minInclusive'\] {_VALUE}is less than the minimum value allowed \('(.*)'\)\.",
        _too_small,
    ),
    (
        rf"\[facet 'maxInclusive'\] {_VALUE}is greater than the maximum value allowed \('(.*)'\)\.",
        _too_large,
    ),
    (
        rf"\[facet 'fractionDigits'\] {_VALUE}has more fractional digits {_THAN_ALLOWED}",
        _too_precise,
    ),
    (
        rf"'(.*)' is not a valid value of the (?:local )?(?:atomic|union) {_TYPE}",
        _wrong_type,
    ),
    (r"Duplicate key-sequence \[(.*)\] in unique identity-constraint '(.*)'\.", _duplicate),
    (r"Character content .*", _stray_text),
    (r"Element content .*", _stray_element),
)
