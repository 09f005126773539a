"""What the export screens ask."""

from collections.abc import Mapping
from typing import Any

from django import forms

from livretpro.livrets.campaign import Campaign
from livretpro.livrets.periods import Period, from_days
from livretpro.livrets.rules import PeriodKind
from livretpro.lsl_export.profiles import PROFILE_CHOICES, Options, profile_named
from livretpro.referentiels.rules import Level

BAD_DATE = "Donnez la date par le jour, le mois et l’année : 12/06/2026."
PERIOD_FIELDS = [(f"debut_{number}", f"fin_{number}") for number in (1, 2, 3)]
"""The two fields of each period."""


class LevelForm(forms.Form):
    """Something about one level; the level itself is never typed."""

    niveau = forms.ChoiceField(choices=[(level.value, level.title) for level in Level])

    @property
    def level(self) -> Level:
        """The level of a valid form."""
        return Level(self.cleaned_data["niveau"])


class PeriodicityForm(LevelForm):
    """Trimestres or semestres."""

    periodicite = forms.ChoiceField(
        choices=[(kind.value, kind.plural) for kind in PeriodKind],
        error_messages={"required": "Choisissez d’abord trimestres ou semestres."},
    )

    @property
    def kind(self) -> PeriodKind:
        """The periodicity of a valid form."""
        return PeriodKind(self.cleaned_data["periodicite"])

    @property
    def refusal(self) -> str:
        """Why the choice is not taken."""
        return " ".join(str(error) for error in self.errors.get("periodicite", []))


class ProjectForm(LevelForm):
    """Whether the chef-d'œuvre or projet block is open."""

    ouvrir = forms.ChoiceField(choices=[("oui", "oui"), ("non", "non")])

    @property
    def open_it(self) -> bool:
        """The answer of a valid form."""
        return bool(self.cleaned_data["ouvrir"] == "oui")


class CampaignForm(LevelForm):
    """The days between which teachers write; an empty one sets no bound."""

    ouverture = forms.DateField(required=False, error_messages={"invalid": BAD_DATE})
    fermeture = forms.DateField(required=False, error_messages={"invalid": BAD_DATE})

    @property
    def campaign(self) -> Campaign:
        """The campaign of a valid form."""
        return Campaign(self.cleaned_data["ouverture"], self.cleaned_data["fermeture"])

    @property
    def refusal(self) -> str:
        """Why the dates are not taken."""
        fields = ("ouverture", "fermeture")
        return " ".join({str(error) for name in fields for error in self.errors.get(name, [])})


class PeriodDatesForm(LevelForm):
    """The first and last day of each period; all empty: equal parts of the year."""

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        for name in [name for pair in PERIOD_FIELDS for name in pair]:
            self.fields[name] = forms.DateField(
                required=False, error_messages={"invalid": BAD_DATE}
            )

    def clean(self) -> dict[str, Any]:
        """A period has both its days; those past the last one are not sent."""
        typed = [[self.cleaned_data.get(name) for name in pair] for pair in PERIOD_FIELDS]
        if any(bool(start) != bool(end) for start, end in typed):
            raise forms.ValidationError(
                "Donnez le début et la fin de chaque période, ou effacez toutes les dates pour "
                "revenir à des parts égales de l’année."
            )
        return self.cleaned_data

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of a valid form, none when all is empty."""
        days = [self.cleaned_data[name] for pair in PERIOD_FIELDS for name in pair]
        return from_days([day for day in days if day])

    @property
    def refusal(self) -> str:
        """Why the dates are not taken: one sentence for a date, else what lacks."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class OptionsForm(forms.Form):
    """How the file of a division is made; nothing chosen: the usual way."""

    profil = forms.ChoiceField(
        label="Profil",
        choices=PROFILE_CHOICES,
        required=False,
        widget=forms.Select(attrs={"class": "lp-input"}),
    )
    n1 = forms.BooleanField(required=False)

    @property
    def options(self) -> Options:
        """The options of a valid form."""
        profile = self.cleaned_data["profil"] or PROFILE_CHOICES[0][0]
        return Options(profile_named(profile), with_previous_year=self.cleaned_data["n1"])


class FileForm(forms.Form):
    """A file to recognise."""

    fichier = forms.FileField(
        label="Fichier à vérifier",
        help_text="Un fichier .xml fait ici, ou l’archive qui en contient un ou plusieurs.",
        error_messages={
            "required": "Choisissez d’abord un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
        widget=forms.ClearableFileInput(attrs={"class": "lp-input", "accept": ".xml,.zip"}),
    )


class BilanForm(forms.Form):
    """A bilan of LSL that came back."""

    fichier = forms.FileField(
        label="Bilan à déposer",
        help_text="Le fichier LSL_Bilan_import_….xls, ou le même enregistré en .xlsx.",
        error_messages={
            "required": "Choisissez d’abord un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
        widget=forms.ClearableFileInput(attrs={"class": "lp-input", "accept": ".xls,.xlsx"}),
    )
