"""What the pages about people ask."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django import forms

from livretpro.schools.models import Division, Enrolment, Staff, Student

INPUT = {"class": "lp-input", "autocomplete": "off"}


class DatedForm(forms.Form):
    """Two dates, both in; the second may be left out."""

    du = forms.DateField(
        error_messages={
            "required": "Donnez le premier jour.",
            "invalid": "Le premier jour ne se lit pas : écrivez-le 2026-03-31.",
        }
    )
    au = forms.DateField(
        required=False,
        error_messages={"invalid": "Le dernier jour ne se lit pas : écrivez-le 2026-03-31."},
    )

    @property
    def refusal(self) -> str:
        """Everything that is wrong, in one line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class Charge(StrEnum):
    """What somebody is added to a division for."""

    SPECIALITY = "specialite"
    PRINCIPAL = "principal"


class TeacherForm(DatedForm):
    """A member of the staff, added by hand to a division, for one charge: the speciality, from
    today, unless the form says otherwise."""

    division = forms.ChoiceField()
    charge = forms.ChoiceField(
        required=False,
        choices=[(charge.value, charge.value) for charge in Charge],
        error_messages={"invalid_choice": "Choisissez ce que cette personne écrira."},
    )
    staff = forms.ChoiceField(
        label="Enseignant",
        widget=forms.Select(attrs={"class": "lp-input"}),
        error_messages={
            "required": "Choisissez d’abord une personne.",
            "invalid_choice": "Cette personne n’est plus parmi le personnel : choisissez-en une.",
        },
    )

    def __init__(self, data: Any, *, divisions: Sequence[Division], staff: Sequence[Staff]) -> None:
        super().__init__(data)
        self.divisions = {str(division.pk): division for division in divisions}
        self.people = {str(person.pk): person for person in staff}
        places: Any = self.fields["division"]
        people: Any = self.fields["staff"]
        self.fields["du"].required = False
        places.choices = [(key, key) for key in self.divisions]
        people.choices = [(key, key) for key in self.people]

    @property
    def division_chosen(self) -> Division:
        """The division of a valid form."""
        return self.divisions[self.cleaned_data["division"]]

    @property
    def person_chosen(self) -> Staff:
        """The person of a valid form."""
        return self.people[self.cleaned_data["staff"]]


class SubstitutionForm(DatedForm):
    """Who stands in for whom, between two dates."""

    absent = forms.ChoiceField(error_messages={"required": "Choisissez la personne remplacée."})
    suppleant = forms.ChoiceField(error_messages={"required": "Choisissez le suppléant."})
    field_order = ("absent", "suppleant", "du", "au")

    def __init__(self, data: Any, *, staff: Sequence[Staff]) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in staff}
        for name in ("absent", "suppleant"):
            field: Any = self.fields[name]
            field.choices = [(key, key) for key in self.people]
            field.error_messages["invalid_choice"] = "Cette personne n’est plus parmi le personnel."

    def person(self, name: str) -> Staff:
        """The person chosen in a valid form."""
        return self.people[self.cleaned_data[name]]


class ReferentForm(forms.Form):
    """Pupils of a division, and who becomes their référent PFMP; nobody withdraws the référent."""

    tous = forms.BooleanField(required=False)
    eleve = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "Un des élèves n’est plus dans cette division : rechargez la page.",
        },
    )
    staff = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "Cette personne n’a plus de compte : choisissez-en une autre.",
        },
    )
    retirer = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, pupils: Sequence[Enrolment], staff: Sequence[Staff]) -> None:
        super().__init__(data)
        self.enrolments = {str(pupil.pk): pupil for pupil in pupils}
        self.people = {str(person.pk): person for person in staff}
        chosen: Any = self.fields["eleve"]
        people: Any = self.fields["staff"]
        chosen.choices = [(key, key) for key in self.enrolments]
        people.choices = [(key, key) for key in self.people]

    def clean(self) -> dict[str, Any]:
        """Pupils are ticked, one or all; somebody is chosen, unless the référent is withdrawn."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("tous") and not cleaned.get("eleve") and "eleve" not in self.errors:
            self.add_error("eleve", "Cochez au moins un élève.")
        if not cleaned.get("retirer") and not cleaned.get("staff") and "staff" not in self.errors:
            self.add_error("staff", "Choisissez d’abord une personne.")
        return cleaned

    @property
    def ticked(self) -> list[int]:
        """The pupils ticked, in a refused form too."""
        return [pupil.pk for key, pupil in self.enrolments.items() if key in self["eleve"].data]

    @property
    def students(self) -> list[Student]:
        """The pupils of a valid form."""
        cleaned = self.cleaned_data
        keys = self.enrolments if cleaned["tous"] else cleaned["eleve"]
        return [self.enrolments[key].student for key in keys]

    @property
    def person(self) -> Staff | None:
        """The référent of a valid form; nobody to withdraw."""
        cleaned = self.cleaned_data
        return None if cleaned["retirer"] else self.people[cleaned["staff"]]

    @property
    def refusal(self) -> str:
        """Everything that is wrong, in one line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)
