"""Forms of the shell, and what every form of the site does the same way."""

from django import forms

INPUT = "lp-input"


def focus_on_error(form: forms.BaseForm) -> None:
    """Open the page with the focus in the first refused field."""
    refused = next((name for name in form.fields if name in form.errors), None)
    if refused:
        form.fields[refused].widget.attrs["autofocus"] = True


class CodeForm(forms.Form):
    """The one-time code, read from a slip or a mail."""

    code = forms.CharField(
        label="Code d’activation",
        help_text="Seize lettres et chiffres, par exemple 7KQM-2XHD-P9RT-V4WB.",
        max_length=40,
        error_messages={"required": "Saisissez le code reçu de votre administrateur."},
        widget=forms.TextInput(
            attrs={
                "class": INPUT,
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self) -> str:
        """The code without the signs that part its groups."""
        code: str = self.cleaned_data["code"]
        return "".join(sign for sign in code.upper() if sign.isalnum())


def _new_password(label: str, required: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=4096,
        error_messages={"required": required},
        widget=forms.PasswordInput(attrs={"class": INPUT, "autocomplete": "new-password"}),
    )


class NewPasswordForm(forms.Form):
    """A password, typed twice. What it must be is checked when it is set."""

    password = _new_password("Nouveau mot de passe", "Choisissez un mot de passe.")
    again = _new_password("Le même mot de passe", "Saisissez le mot de passe une seconde fois.")

    def clean_again(self) -> str:
        """Refuse two different passwords."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError("Les deux mots de passe diffèrent : ressaisissez-les.")
        return again


class ChangePasswordForm(NewPasswordForm):
    """The password in use, then another one typed twice."""

    current = forms.CharField(
        label="Mot de passe actuel",
        strip=False,
        max_length=4096,
        error_messages={"required": "Saisissez votre mot de passe actuel."},
        widget=forms.PasswordInput(attrs={"class": INPUT, "autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")


class OneTimeForm(forms.Form):
    """The six digits that the application shows."""

    code = forms.CharField(
        label="Code à six chiffres",
        max_length=20,
        error_messages={"required": "Saisissez le code à six chiffres de votre application."},
        widget=forms.TextInput(
            attrs={"class": INPUT, "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )


class ForgottenForm(forms.Form):
    """Who forgot the password."""

    identifiant = forms.CharField(
        label="Identifiant",
        max_length=100,
        help_text="Le plus souvent prenom.nom.",
        error_messages={"required": "Saisissez votre identifiant."},
        widget=forms.TextInput(
            attrs={
                "class": INPUT,
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
