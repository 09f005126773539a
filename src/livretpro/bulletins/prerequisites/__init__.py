"""What the import of CPRO data asks of a division, and how each point is repaired (spec 06).

Pure: facts in, one line per check out.
"""

from livretpro.bulletins.prerequisites.facts import (
    Facts,
    FrameFacts,
    MockupFacts,
    PeriodFacts,
    RemoteFacts,
    RemotePeriod,
    SectorFacts,
    ServiceFacts,
)
from livretpro.bulletins.prerequisites.judging import blocking, lines
from livretpro.bulletins.prerequisites.lines import Check, Line, Repair, State

__all__ = [
    "Check",
    "Facts",
    "FrameFacts",
    "Line",
    "MockupFacts",
    "PeriodFacts",
    "RemoteFacts",
    "RemotePeriod",
    "Repair",
    "SectorFacts",
    "ServiceFacts",
    "State",
    "blocking",
    "lines",
]
