"""The two profiles of the LSL file and how a file says which one it follows."""

from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from lxml import etree

from lsl_xml.errors import Reason, Unreadable
from lsl_xml.lexical import parse_decimal
from lsl_xml.places import line_of


class Profile(StrEnum):
    """A version of the import schema; the value is the `schemaVersion` of the root."""

    V1_0 = "1.0"
    V1_1 = "1.1"

    @property
    def namespace(self) -> str:
        """Namespace of the root, the only qualified element."""
        return _NAMESPACES[self]

    @property
    def root_tag(self) -> str:
        """Qualified name of the root, in the notation of lxml."""
        return f"{{{self.namespace}}}lsl"

    @property
    def xsd(self) -> bytes:
        """Source of the schema."""
        return files("lsl_xml").joinpath("xsd", _XSDS[self]).read_bytes()


_NAMESPACES = {
    Profile.V1_0: "urn:ac-grenoble.fr:lsl:import",
    Profile.V1_1: "urn:livretpro:lslpro:import",
}
_XSDS = {Profile.V1_0: "lsl-1.0.xsd", Profile.V1_1: "lslpro-1.1.xsd"}


def profile_of(root: etree._Element) -> Profile:
    """Recognise the profile by namespace and version; `Unreadable(PROFILE)` when it is neither.

    The version is a decimal: `1.10` and `+1.1` are version 1.1.
    """
    for profile in Profile:
        if root.tag == profile.root_tag and _version(root) == Decimal(profile.value):
            return profile
    raise Unreadable(Reason.PROFILE, _unknown(root), line_of(root))


def _version(root: etree._Element) -> Decimal | None:
    try:
        return parse_decimal(root.get("schemaVersion", ""))
    except ValueError:
        return None


def _unknown(root: etree._Element) -> str:
    name = etree.QName(root)
    return (
        f"Ce fichier n’est pas un fichier LSL connu : racine « {name.localname[:60]} », "
        f"espace de noms « {(name.namespace or '')[:80]} », "
        f"version « {root.get('schemaVersion', '')[:20]} »."
    )


@cache
def compiled_schema(profile: Profile) -> etree.XMLSchema:
    """The schema of the profile, compiled once per process (our own file: no untrusted bytes)."""
    return etree.XMLSchema(etree.fromstring(profile.xsd))
