"""The journal of a school on screen: who did what, when (spec 08, Journal)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from livretpro.journal.models import Entry
from livretpro.journal.queries import Wanted, trail
from livretpro.schools.actors import Actor
from livretpro.schools.permissions import can_read_journal
from livretpro.web.base.asking import is_key
from livretpro.web.base.doors import in_school
from livretpro.web.base.forms import INPUT
from livretpro.web.base.place import Place
from livretpro.web.base.systems import system_of, systems
from livretpro.web.base.trail.named import Named
from livretpro.web.base.trail.naming import names_of

LINES = 50
KINDS = {
    "compte": "comptes et connexions",
    "etablissement": "établissement",
    "import": "imports",
    "eleve": "imports : élèves",
    "division": "imports : divisions",
    "groupe": "imports : groupes",
    "personnel": "imports : personnels",
    "service": "imports : services",
    "specialite": "enseignants de la spécialité",
    "charge": "professeurs principaux, référents PFMP, élèves des groupes",
    "groupe_specialite": "groupes de la spécialité",
    "referentiel": "référentiels",
    "phrase": "phrases prêtes",
}
NOUNS = {
    "charge": "Charge,",
    "compte": "Compte de",
    "division": "Division",
    "eleve": "Élève",
    "etablissement": "Établissement",
    "groupe": "Groupe",
    "import": "Import,",
    "personnel": "Personnel",
    "phrase": "Phrase",
    "referentiel": "Référentiel",
    "service": "Service",
    "specialite": "Spécialité,",
}
OF_ADMINISTRATION = frozenset(
    {"compte", "etablissement", "import", "eleve", "division", "groupe", "personnel", "service"}
)
"""What an administrator reads: nothing pedagogical (spec 01, People)."""
ACTIONS = {
    "abandonne": "a abandonné",
    "ajoute": "a ajouté",
    "annule": "a annulé",
    "applique": "a appliqué",
    "archive": "a archivé",
    "arrete": "a arrêté",
    "autorise": "a autorisé",
    "clot": "a clos",
    "charge": "a chargé",
    "choisit": "a choisi",
    "connecte": "s’est connecté",
    "cree": "a créé",
    "deconnecte": "a déconnecté",
    "depose": "a déposé",
    "delie": "a délié",
    "echoue": "n’a pas pu entrer",
    "efface": "a effacé",
    "etat": "a changé l’état de",
    "exporte": "a exporté",
    "importe": "a importé",
    "imprime": "a imprimé",
    "invite": "a invité",
    "lit": "a lu",
    "modifie": "a modifié",
    "previent": "a prévenu",
    "quitte": "s’est déconnecté",
    "rattache": "a rattaché",
    "refuse": "s’est vu refuser",
    "relie": "a relié",
    "renouvelle": "a renouvelé",
    "repete": "a répété l’envoi",
    "reprend": "a repris",
    "retire": "a retiré",
    "revoque": "a révoqué",
    "rouvre": "a rouvert",
    "supprime": "a supprimé",
    "telecharge": "a téléchargé",
    "termine": "a mis fin à",
    "verifie": "a vérifié",
}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"class": INPUT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Cette date ne se lit pas : écrivez-la 2026-03-31."},
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class TrailForm(forms.Form):
    """What to look for; an empty form takes everything."""

    sorte = forms.ChoiceField(
        label="Quoi", required=False, widget=forms.Select(attrs={"class": INPUT})
    )
    qui = forms.CharField(
        label="Qui",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": INPUT, "autocomplete": "off"}),
    )
    du = _day("Du")
    au = _day("Au")

    def __init__(self, data: Any, *, kinds: frozenset[str] | None) -> None:
        super().__init__(data)
        every = KINDS.items(), *(system.kinds.items() for system in systems())
        offered = [pair for pair in chain(*every) if kinds is None or pair[0] in kinds]
        field: Any = self.fields["sorte"]
        field.choices = [("", "Tout"), *((kind, words.capitalize()) for kind, words in offered)]

    def wanted(self, kinds: frozenset[str] | None) -> Wanted:
        """The question of a valid form."""
        typed = self.cleaned_data
        return Wanted(
            kinds=kinds,
            kind=typed["sorte"],
            author=typed["qui"].strip(),
            since=_midnight(typed["du"]) if typed["du"] else None,
            until=_after(typed["au"]),
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _after(day: date | None) -> datetime | None:
    """The end of a day; none for the last that a calendar has."""
    return _midnight(day + timedelta(days=1)) if day and day < date.max else None


@dataclass(frozen=True)
class TrailLine:
    """An entry in words."""

    entry: Entry
    did: str
    noun: str
    named: Named
    field: str
    before: str
    after: str
    erased: bool


@require_safe
@in_school
def journal(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The journal, newest first; `?avant=` is the rank of the last entry already shown.

    Doors aside, one query, and one or two for each kind of object on the page, whatever their
    number.
    """
    if not can_read_journal(place.actor):
        raise PermissionDenied
    kinds = readable(place.actor)
    form = TrailForm(request.GET, kinds=kinds)
    if not form.is_valid():
        return _page(request, form, [], None, status=422)
    found = trail(place.school.uai, form.wanted(kinds), limit=LINES + 1, before=_rank(request.GET))
    shown = found[:LINES]
    older = shown[-1].rank if len(found) > LINES else None
    return _page(request, form, _lines(place, shown), older)


def readable(actor: Actor) -> frozenset[str] | None:
    """The sorts of entries this person reads; None for all."""
    if actor.is_head:
        return None
    return OF_ADMINISTRATION.union(*(system.of_administration for system in systems()))


def _rank(data: Mapping[str, str]) -> int | None:
    text = data.get("avant", "")
    return int(text) if is_key(text) else None


def _lines(place: Place, entries: Sequence[Entry]) -> list[TrailLine]:
    names = names_of(place, entries)
    return [told(entry, names.get((entry.kind, entry.key))) for entry in entries]


def told(entry: Entry, named: Named | None = None) -> TrailLine:
    """An entry in words; what it tells of bears its key when it is not `named`."""
    kept = getattr(entry, "values_kept", None)
    named = named or Named(entry.key)
    system = system_of(entry.kind)
    return TrailLine(
        entry=entry,
        did=ACTIONS.get(entry.action, entry.action),
        noun=NOUNS.get(entry.kind) or system.nouns.get(entry.kind, entry.kind),
        named=named,
        field=system.field(entry, named),
        before=system.value(entry, kept.before) if kept else "",
        after=system.value(entry, kept.after) if kept else "",
        erased=bool(kept and kept.erased_by),
    )


def _page(
    request: HttpRequest,
    form: TrailForm,
    lines: list[TrailLine],
    older: int | None,
    *,
    status: int = 200,
) -> HttpResponse:
    kept = {name: request.GET.get(name, "") for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "lines": lines,
        "older": f"?{urlencode({**kept, 'avant': str(older)})}" if older else "",
        "filtered": bool(kept),
    }
    return render(request, "base/journal.html", context, status=status)
