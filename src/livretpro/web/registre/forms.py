"""What the pages of the Registre ask."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from livretpro.lsl_registry.receiving import MAX_BYTES, MAX_FILES, Deposit
from livretpro.schools.models import Division
from livretpro.web.base.school.forms import FilesField, SeveralFiles


class DepositForm(forms.Form):
    """Files to import, and the division of those that announce none."""

    fichiers = FilesField(
        label="Fichiers à importer",
        help_text=(
            f"Au format .xml, un par division, ou une archive .zip ; {MAX_FILES} au plus à la fois."
        ),
        error_messages={
            "required": "Choisissez d’abord les fichiers à importer.",
            "empty": "Un des fichiers est vide : exportez-le de nouveau.",
        },
        widget=SeveralFiles(attrs={"class": "lp-input", "accept": ".xml,.zip"}),
    )
    division = forms.ChoiceField(
        label="Division, pour un fichier qui n’en annonce pas (profil 1.0)",
        required=False,
        widget=forms.Select(attrs={"class": "lp-input"}),
        error_messages={"invalid_choice": "Cette division n’est plus de l’établissement."},
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, divisions: Sequence[Division]
    ) -> None:
        super().__init__(data, files)
        self.divisions = divisions
        field: Any = self.fields["division"]
        field.choices = [("", "Celle du fichier"), *((d.code, d.code) for d in divisions)]

    def deposit(self) -> Deposit:
        """The files of a valid form, never more of them than what is refused."""
        sent: Sequence[UploadedFile[Any]] = self.cleaned_data["fichiers"]
        found, left = [], MAX_BYTES + 1
        for file in sent[: MAX_FILES + 1]:
            content = file.read(left)
            left -= len(content)
            found.append((file.name or "fichier.xml", content))
        return Deposit(found, self.cleaned_data["division"])
