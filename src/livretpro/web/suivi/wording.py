"""Short French words that several pages of Suivi say."""

from datetime import date

from livretpro.livrets.status import Status

_IN_BRIEF = {
    "moyenne": "aucune moyenne",
    "enseignant": "aucun enseignant",
    "pfmp_synthese": "pas de synthèse des PFMP",
    "pfmp_enseignant": "pas d’enseignant des PFMP",
}


def ago(day: date, *, on: date) -> str:
    """How long before `on`: `aujourd’hui`, `hier`, `il y a 7 jours`."""
    days = (on - day).days
    if days <= 0:
        return "aujourd’hui"
    return "hier" if days == 1 else f"il y a {days} jours"


def lacks(status: Status) -> str:
    """What keeps a livret red, in a few words: `2 degrés, aucune moyenne`."""
    if not status.started:
        return "rien de saisi"
    keys = [missing.key for missing in status.mandatory]
    degrees = sum(key.startswith("competence:") for key in keys)
    words = [f"{degrees} degré{'s' if degrees > 1 else ''}"] if degrees else []
    words += [_IN_BRIEF[key] for key in keys if key in _IN_BRIEF]
    return ", ".join(words) or "le référentiel n’a aucune compétence attendue"
