"""The two systems of the demo meet over HTTP, on the address of the site itself."""

from datetime import datetime

from livretpro.bulletins.actions.connection import save_connection
from livretpro.bulletins.models import CproConnection
from livretpro.demo.people import actor
from livretpro.demo.structure import FERRAND
from livretpro.partners.actions import create_client, revoke_client
from livretpro.partners.models import PartnerClient

PARTNER = "Bulletins (démonstration)"
OWN = "http://localhost:"


def connect(address: str, *, now: datetime) -> None:
    """Have the demo school ask its CPRO data of this very site, over HTTP, where it is served now.

    A connection that a visitor made to another site stays.
    """
    head = actor(FERRAND, on=now.date())
    held = CproConnection.objects.filter(school=head.school).first()
    if held and (held.base_url == address or not held.base_url.startswith(OWN)):
        return
    for client in PartnerClient.objects.filter(school=head.school, name=PARTNER, revoked_at=None):
        revoke_client(client, by=head, now=now)
    made = create_client(PARTNER, by=head)
    save_connection(address, made.client.client_id, made.secret, now=now, by=head)
