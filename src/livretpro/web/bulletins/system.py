"""What Bulletins gives to the pages that the systems share."""

from livretpro.web.base.systems import System


class Bulletins(System):
    """Subjects, services, CPRO import, bulletins."""


BULLETINS = Bulletins()
