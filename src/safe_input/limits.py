"""How much a file may ask of the machine."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Upper bounds, all inclusive.

    The defaults leave a wide margin over the largest honest file: the SIECLE export of a cité
    scolaire of 2 000 pupils with addresses is some tens of megabytes and 200 000 elements, eight
    levels deep, with fewer than 300 different names and texts of at most 1 000 characters.
    """

    max_bytes: int = 64 * MIB  # the file as it was sent
    max_unzipped: int = 64 * MIB  # the content of its zip
    max_ratio: int = 200  # unzipped bytes for one byte of zip; deflate can reach 1 032
    max_depth: int = 64  # elements inside each other
    max_elements: int = 1_000_000
    max_attributes: int = 64  # on one element
    max_names: int = 2_000  # different names of elements and attributes
    max_text: int = 1_000_000  # characters of one text, between two tags
    max_token: int = MIB  # bytes of one tag, comment or instruction


DEFAULT_LIMITS = Limits()

# What may stand in memory as a whole tree: about 100 MB of it, and thousands of pupils in LSL.
TREE_LIMITS = Limits(max_bytes=16 * MIB, max_unzipped=16 * MIB, max_elements=300_000)


def in_words(size: int) -> str:
    """A number of bytes as a French reader expects it: `64 Mo`, `300 octets`."""
    if size >= MIB:
        return f"{size // MIB} Mo"
    return f"{size} octets"
