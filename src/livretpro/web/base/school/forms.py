"""What the pages of a school ask: files to import, people."""

from collections.abc import Collection, Sequence
from typing import Any, Self, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst

from livretpro.accounts.models import User
from livretpro.schools.actions import MAX_BYTES, MAX_FILES
from livretpro.schools.importing import Report
from livretpro.schools.models import Staff
from livretpro.schools.rules import Role

AUTRE = "autre"
"""The choice of somebody else than the accounts that bear this name."""
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


class RoleForm(forms.Form):
    """A role and, for a teacher, who of STS this is. Checked by the action that gives the role."""

    role = forms.ChoiceField(
        label="Rôle",
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

    def __init__(
        self,
        data: Any = None,
        *,
        staff: Sequence[Staff],
        but: Collection[str] = (),
        prefix: str | None = None,
    ) -> None:
        """`but`: the roles that are not offered."""
        super().__init__(data, prefix=prefix)
        self.free = {str(person.pk): person for person in staff}
        role, people = cast("forms.ChoiceField", self.fields["role"]), self.fields["staff"]
        role.choices = [(key, label) for key, label in self._roles() if key not in but]
        cast("forms.ChoiceField", people).choices = [
            ("", "Même nom et même prénom"),
            (ABSENT, "Aucune : STS ne connaît pas encore cet enseignant"),
            *((key, str(person)) for key, person in self.free.items()),
        ]

    @staticmethod
    def _roles() -> list[tuple[str, str]]:
        return [(role.value, capfirst(role.label)) for role in reversed(Role)]

    @property
    def person_chosen(self) -> Staff | None:
        """The member of the staff of a valid form."""
        return self.free.get(self.cleaned_data["staff"])

    @property
    def choice(self) -> dict[str, Any]:
        """What a valid form gives to the actions: role, staff, whether by hand."""
        return {
            "role": Role(self.cleaned_data["role"]),
            "staff": self.person_chosen,
            "by_hand": self.cleaned_data["staff"] == ABSENT,
        }


class KnownForm(RoleForm):
    """A role for somebody who has an account, here or in another school."""

    identifier = forms.CharField(
        label="Identifiant",
        max_length=100,
        help_text="Celui du compte, par exemple zoe.petit.",
        error_messages={"required": "Saisissez l’identifiant du compte."},
        widget=forms.TextInput(attrs=TYPED | {"autocapitalize": "none", "spellcheck": "false"}),
    )


def _name_field(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=TYPED))


class CorrectionForm(forms.Form):
    """The name and the address of a person. Checked by the action that keeps them."""

    last_name = _name_field("Nom")
    first_name = _name_field("Prénom")
    email = forms.CharField(
        label="Adresse électronique (facultative)",
        required=False,
        widget=forms.EmailInput(attrs=TYPED),
    )

    @classmethod
    def of(cls, user: User) -> Self:
        """What is known of a person."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})


class AccountForm(CorrectionForm, RoleForm):
    """A new account; `compte`: the account that exists and is meant, or `AUTRE`."""

    homonyme = forms.BooleanField(required=False)
    compte = forms.CharField(required=False, max_length=100)
    field_order = ("role", "staff", "last_name", "first_name", "email")

    def clean(self) -> dict[str, Any]:
        """The name of the person chosen in STS stands for a name left empty."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = self.free.get(cleaned.get("staff", ""))
        if chosen and cleaned.get("role") == Role.ENSEIGNANT:
            cleaned["last_name"] = cleaned.get("last_name") or chosen.last_name
            cleaned["first_name"] = cleaned.get("first_name") or chosen.first_name
        return cleaned

    @property
    def account_chosen(self) -> str:
        """The identifier of the account that a valid form is about; empty for a new one."""
        chosen: str = self.cleaned_data["compte"]
        return "" if chosen == AUTRE else chosen

    @property
    def is_another_person(self) -> bool:
        """Whether a valid form says that no account of this name is meant."""
        return bool(self.cleaned_data["homonyme"]) or self.cleaned_data["compte"] == AUTRE
