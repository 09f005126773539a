"""What the SIECLE import asks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from livretpro.schools.actions import MAX_BYTES, MAX_FILES


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
    """What a person confirms before an import is applied; `meme`: ELEVE_ID of the same pupils."""

    nouvelle_annee = forms.BooleanField(required=False)
    departs = forms.BooleanField(required=False)
    meme = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any, *, proposed: Sequence[int]) -> None:
        super().__init__(data)
        field: Any = self.fields["meme"]
        field.choices = [(str(key), str(key)) for key in proposed]
