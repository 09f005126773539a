"""What the page of the spreadsheet asks."""

from django import forms


class WorkbookForm(forms.Form):
    """A filled workbook."""

    fichier = forms.FileField(
        label="Classeur rempli",
        help_text="Le fichier .xlsx téléchargé ici, une fois rempli et enregistré.",
        error_messages={
            "required": "Choisissez d’abord un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
        widget=forms.ClearableFileInput(attrs={"class": "lp-input", "accept": ".xlsx"}),
    )
