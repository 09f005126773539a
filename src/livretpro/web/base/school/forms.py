"""What the pages of a school ask: files to import, people."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst

from livretpro.schools.actions import MAX_BYTES, MAX_FILES
from livretpro.schools.importing import Report
from livretpro.schools.models import Staff
from livretpro.schools.rules import Role

ABSENT = "absent"
"""The choice of a teacher whom STS does not know."""
TYPED = {"class": "lp-input", "autocomplete": "off"}


class SeveralFiles(forms.FileInput):
    """A file button that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; gives the list of those sent."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Clean each file; nothing sent is a missing file."""
        return [super(FilesField, self).clean(file, initial) for file in data or [None]]


class DepositForm(forms.Form):
    """The files of an import."""

    fichiers = FilesField(
        label="Fichiers de SIECLE et de STS",
        help_text=f"De un à {MAX_FILES} fichiers .xml ou .zip, tous de la même année.",
        error_messages={
            "required": "Choisissez d’abord les fichiers à importer.",
            "empty": "Un des fichiers est vide : exportez-le de nouveau.",
        },
        widget=SeveralFiles(attrs={"class": "lp-input", "accept": ".xml,.zip"}),
    )

    def contents(self) -> list[tuple[str, bytes]]:
        """Name and content of the files of a valid form, never more than what is refused."""
        sent: Sequence[UploadedFile[Any]] = self.cleaned_data["fichiers"]
        found, left = [], MAX_BYTES + 1
        for file in sent[: MAX_FILES + 1]:
            content = file.read(left)
            left -= len(content)
            found.append((file.name or "fichier", content))
        return found


class ConfirmForm(forms.Form):
    """What a person confirms before an import is applied.

    `meme`: ELEVE_ID of the same pupils; `meme_personnel`: `ID:TYPE` of the same people of STS.
    """

    nouvelle_annee = forms.BooleanField(required=False)
    departs = forms.BooleanField(required=False)
    meme = forms.TypedMultipleChoiceField(coerce=int, required=False)

    meme_personnel = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, *, report: Report) -> None:
        super().__init__(data)
        pupils: Any = self.fields["meme"]
        pupils.choices = [(str(p.eleve_id), str(p.eleve_id)) for p in report.propositions]
        people: Any = self.fields["meme_personnel"]
        people.choices = [(p.key, p.key) for p in report.propositions_personnels]


class AccountForm(forms.Form):
    """A new account. What is typed is checked by the action that makes it."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=[(role.value, capfirst(role.label)) for role in reversed(Role)],
        widget=forms.Select(attrs={"class": "lp-input"}),
    )
    staff = forms.ChoiceField(
        label="Personne de STS (pour un enseignant)",
        required=False,
        help_text="Elle apporte au compte ses services et ses divisions.",
        widget=forms.Select(attrs={"class": "lp-input"}),
        error_messages={
            "invalid_choice": "Cette personne de STS a déjà un compte : choisissez-en une autre."
        },
    )
    last_name = forms.CharField(label="Nom", required=False, widget=forms.TextInput(attrs=TYPED))
    first_name = forms.CharField(
        label="Prénom", required=False, widget=forms.TextInput(attrs=TYPED)
    )
    email = forms.CharField(
        label="Adresse électronique (facultative)",
        required=False,
        widget=forms.EmailInput(attrs=TYPED),
    )
    homonyme = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, staff: Sequence[Staff]) -> None:
        super().__init__(data)
        self.free = {str(person.pk): person for person in staff}
        field: Any = self.fields["staff"]
        field.choices = [
            ("", "Même nom et même prénom que ci-dessous"),
            (ABSENT, "Aucune : STS ne connaît pas encore cet enseignant"),
            *((key, str(person)) for key, person in self.free.items()),
        ]

    def clean(self) -> dict[str, Any]:
        """The name of the person chosen in STS stands for a name left empty."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = self.free.get(cleaned.get("staff", ""))
        if chosen and cleaned.get("role") == Role.ENSEIGNANT:
            cleaned["last_name"] = cleaned.get("last_name") or chosen.last_name
            cleaned["first_name"] = cleaned.get("first_name") or chosen.first_name
        return cleaned

    @property
    def role_chosen(self) -> Role:
        """The role of a valid form."""
        return Role(self.cleaned_data["role"])

    @property
    def person_chosen(self) -> Staff | None:
        """The member of the staff of a valid form."""
        return self.free.get(self.cleaned_data["staff"])

    @property
    def is_by_hand(self) -> bool:
        """Whether a valid form says that STS does not know this teacher."""
        return bool(self.cleaned_data["staff"] == ABSENT)
