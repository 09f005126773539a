"""The cells of a record typed back: texts by key, read and put in their places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from livretpro.lsl_registry.cells import AVIS, NON_NOTE_TEXT, SHARES, Offered, cells, subject_key
from livretpro.typed import BadValue, limited_text, number
from lsl_rules import scale_of
from lsl_xml import (
    NON_NOTE,
    Avis,
    AvisExamen,
    AvisPfmp,
    ChefOeuvre,
    Competence,
    Eleve,
    Engagements,
    Enseignant,
    Evaluation,
    ParcoursDifferencie,
    Periode,
    Scolarite,
    Structure,
)

T = TypeVar("T")
_KEPT = limited_text("Ce texte", 10_000)


class BadCells(Exception):
    """Some of what was typed cannot be kept; `errors` says why, by key."""

    phrase = "Des valeurs ne peuvent pas être gardées : corrigez celles qui sont signalées."

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(len(errors))
        self.errors = dict(errors)


def other_than(shown: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Of these texts by key, those that say something else than what was shown."""
    return {key: text for key, text in typed.items() if _clean(text) != _clean(shown.get(key, ""))}


def edited(eleve: Eleve, typed: Mapping[str, str], offered: Offered | None = None) -> Eleve:
    """The record with these texts in place; a key that is not typed keeps what it holds, one that
    no cell bears is no place: nothing goes there.

    Raises `BadCells`.
    """
    held = {cell.key: cell.value for cell in cells(eleve, offered)}
    changed = other_than(held, {key: text for key, text in typed.items() if key in held})
    typing = _Typing(held | changed, frozenset(changed))
    typing.refuse_what_no_file_keeps()
    made = replace(
        eleve,
        engagements=typing.engagements() if typing.touches("engagement") else eleve.engagements,
        avis_examen=typing.exam() if typing.touches("avis_examen") else eleve.avis_examen,
        scolarites=tuple(typing.year(one) for one in eleve.scolarites),
    )
    if typing.errors:
        raise BadCells(typing.errors)
    return made


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@dataclass
class _Typing:
    """Texts by key, read back; a part that no changed key is of stays as it is. What cannot be read
    is told in `errors`."""

    texts: Mapping[str, str]
    changed: frozenset[str]
    errors: dict[str, str] = field(default_factory=dict)

    def refuse_what_no_file_keeps(self) -> None:
        """A character that XML cannot hold, a text longer than any."""
        for key in self.changed:
            try:
                _KEPT(self.texts[key])
            except BadValue as bad:
                self.errors[key] = bad.phrase
        if self.errors:
            raise BadCells(self.errors)

    def touches(self, start: str) -> bool:
        """Whether a key that begins so was changed."""
        return any(key.startswith(start) for key in self.changed)

    def engagements(self) -> Engagements | None:
        """Codes apart from each other, then the free text."""
        codes = tuple(self._text("engagements").upper().split())
        other = self._text("engagement_autre") or None
        return Engagements(codes, other) if codes or other else None

    def exam(self) -> AvisExamen | None:
        """One letter, or nothing."""
        code = self._text("avis_examen").upper()
        return AvisExamen(code) if code else None

    def year(self, scolarite: Scolarite) -> Scolarite:
        """Everything that is said of a year."""
        year = scolarite.annee_scolaire
        made: dict[str, Any] = {
            name: self._avis(kind, f"{year}.{name}", getattr(scolarite, name))
            for name, (_, kind) in AVIS.items()
            if self.touches(f"{year}.{name}.")
        }
        if self.touches(work := f"{year}.chef_oeuvre"):
            made["chef_oeuvre"] = self._work(work, scolarite.chef_oeuvre or ChefOeuvre(()))
        evaluations = tuple(self._evaluation(one, year) for one in scolarite.evaluations)
        return replace(scolarite, evaluations=evaluations, **made)

    def _evaluation(self, evaluation: Evaluation, year: int) -> Evaluation:
        at = f"{year}.{subject_key(evaluation)}"
        if not self.touches(f"{at}."):
            return evaluation
        return replace(
            evaluation,
            structure=self._structure(evaluation.structure, at),
            annuelle=self._words(f"{at}.annuelle", evaluation.annuelle),
            periodiques=self._periods(evaluation.periodiques, f"{at}.moyenne."),
            competences=self._degrees(evaluation, f"{at}.degre."),
            enseignants=self._teachers(at, evaluation.enseignants),
        )

    def _structure(self, held: Structure, at: str) -> Structure:
        shares: dict[str, Any] = {
            name: self._read(f"{at}.{name}", _decimal, getattr(held, name)) for name in SHARES
        }
        return Structure(
            effectif=self._read(f"{at}.effectif", _integer, held.effectif),
            moyenne=self._read(f"{at}.groupe", _average, held.moyenne),
            **shares,
        )

    def _periods(self, held: Sequence[Periode], start: str) -> tuple[Periode, ...]:
        averages = {str(one.numero): one.moyenne for one in held}
        read = (
            (int(numero), self._read(key, _average, averages.get(numero)))
            for numero, key in self._numbered(start)
        )
        return tuple(Periode(numero, average) for numero, average in read if average is not None)

    def _degrees(self, held: Evaluation, start: str) -> tuple[Competence, ...]:
        degrees = {one.code: one.niveau for one in held.competences}
        parse = partial(_degree, scale=scale_of(held.code_matiere))
        read = (
            (code, self._read(key, parse, degrees.get(code))) for code, key in self._numbered(start)
        )
        return tuple(Competence(code, degree) for code, degree in read if degree)

    def _numbered(self, start: str) -> list[tuple[str, str]]:
        return [(key.removeprefix(start), key) for key in self.texts if key.startswith(start)]

    def _avis(
        self,
        kind: type[Avis | AvisPfmp | ParcoursDifferencie],
        at: str,
        held: Avis | AvisPfmp | ParcoursDifferencie | None,
    ) -> Avis | AvisPfmp | ParcoursDifferencie | None:
        parts = ("texte", "nom", "prenom")
        words: dict[str, Any] = {
            name: self._words(f"{at}.{name}", getattr(held, name, None)) or "" for name in parts
        }
        more: dict[str, Any] = {}
        if kind is AvisPfmp:
            weeks, abroad = (
                getattr(held, name, None) for name in ("nb_semaines", "partie_etranger")
            )
            more["nb_semaines"] = self._read(f"{at}.semaines", _integer, weeks)
            more["partie_etranger"] = self._read(f"{at}.etranger", _yes_or_no, abroad)
        if kind is ParcoursDifferencie:
            more["libelle"] = self._words(f"{at}.libelle", getattr(held, "libelle", None))
        said = any(words.values()) or any(value is not None for value in more.values())
        return kind(**words, **more) if said else None

    def _work(self, at: str, held: ChefOeuvre) -> ChefOeuvre | None:
        work = ChefOeuvre(
            enseignants=self._teachers(at, held.enseignants),
            note=self._read(f"{at}.note", _decimal, held.note),
            nature=self._words(f"{at}.nature", held.nature),
            annuelle=self._words(f"{at}.annuelle", held.annuelle),
        )
        return None if work == ChefOeuvre(()) else work

    def _teachers(self, at: str, held: tuple[Enseignant, ...]) -> tuple[Enseignant, ...]:
        if f"{at}.enseignants" not in self.changed:
            return held
        lines = filter(None, map(str.strip, self._text(f"{at}.enseignants").splitlines()))
        parts = (line.partition(",") for line in lines)
        return tuple(Enseignant(nom.strip(), prenom.strip()) for nom, _, prenom in parts)

    def _text(self, key: str) -> str:
        return _clean(self.texts.get(key, ""))

    def _words(self, key: str, held: str | None) -> str | None:
        return (self._text(key) or None) if key in self.changed else held

    def _read(self, key: str, parse: Callable[[str], T], held: T | None) -> T | None:
        """What is held stays, be it what nobody could type, unless something else was typed."""
        if key not in self.changed:
            return held
        text = self._text(key)
        if not text:
            return None
        try:
            return parse(text)
        except BadValue as bad:
            self.errors[key] = bad.phrase
            return None


def _average(text: str) -> Decimal:
    return NON_NOTE if text.upper() == NON_NOTE_TEXT else _decimal(text)


def _decimal(text: str) -> Decimal:
    value = number(text)
    if value is None or value != round(value, 2) or value >= 10**6:
        raise BadValue(f"« {text[:20]} » n’est pas un nombre à deux décimales au plus.")
    return value


def _degree(text: str, scale: tuple[str, ...]) -> str:
    if text.upper() not in scale:
        degrees = f"{', '.join(scale[:-1])} ou {scale[-1]}"
        raise BadValue(f"« {text[:20]} » n’est pas un degré : écrivez {degrees}.")
    return text.upper()


def _integer(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadValue(f"« {text[:20]} » n’est pas un nombre entier.")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in {"oui", "non"}:
        raise BadValue("Écrivez oui ou non.")
    return text.lower() == "oui"
