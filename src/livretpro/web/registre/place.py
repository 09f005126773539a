"""Where a request of the Registre stands: in a school, under a band that says what this is not."""

from dataclasses import dataclass
from typing import ClassVar

from livretpro.lsl_registry.permissions import can_receive
from livretpro.web.base.place import Place


@dataclass(frozen=True)
class RegistrePlace(Place):
    """A school, opened in the Registre by its head, or read by the assistance académique."""

    band: ClassVar[str] = "registre/parts/band.html"

    @property
    def writes(self) -> bool:
        """Whether this person imports and keeps records, or only reads."""
        return can_receive(self.actor)
