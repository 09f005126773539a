"""The partner API of a LivretPro Suivi, read over HTTP by any software that makes bulletins.

    client = Client("https://suivi.example.fr", client_id, secret)
    for division in client.divisions():
        for bilan in client.bilans(division.code, 1):
            ...

Every failure is a `CproError`, whose `phrase` can be shown as it is. Nothing is guessed: an answer
that does not have the shape of the API is refused whole.
"""

from cpro_client.client import Client
from cpro_client.errors import BadAnswer, CproError, NotFound, NotPublished, Refused, Unreachable
from cpro_client.model import Decision, Diploma, Division, Period, PupilBilan, School, Teacher

__all__ = [
    "BadAnswer",
    "Client",
    "CproError",
    "Decision",
    "Diploma",
    "Division",
    "NotFound",
    "NotPublished",
    "Period",
    "PupilBilan",
    "Refused",
    "School",
    "Teacher",
    "Unreachable",
]
