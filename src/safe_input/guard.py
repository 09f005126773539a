"""The streaming pass: what an XML document may not be, found before any tree is built."""

from collections.abc import Collection
from typing import BinaryIO
from xml.parsers import expat

from safe_input.archive import too_large
from safe_input.encodings import SINGLE_BYTE, Utf8Watch, accepted, check_head
from safe_input.limits import Limits
from safe_input.malformed import Fault, explain
from safe_input.plain import UTF8_BOM, nul_byte
from safe_input.refusal import Refused

CHUNK = 64 * 1024


class Guard:
    """Reads a document once, by pieces, and raises `Refused` at the first thing that is wrong.

    After `run`: `root` and the wanted tags in lxml's writing (`{namespace}name`), `encoding` in
    capitals, and `lines`, the line where each element of `tags` begins, in the order they end.
    libxml2 does not count lines past 65 535; expat does.
    """

    def __init__(self, limits: Limits, tags: Collection[str]) -> None:
        self.root = ""
        self.encoding = "UTF-8"
        self.lines: list[int] = []
        self._limits = limits
        self._tags = frozenset(tag.removeprefix("{") for tag in tags)
        self._open: list[int] = []
        self._depth = 0
        self._elements = 0
        self._text_length = 0
        self._size = 0
        self._line = 1
        self._with_bom = False
        self._utf8 = Utf8Watch()
        self._parser = self._new_parser()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        return parser

    def run(self, source: BinaryIO) -> None:
        """Read `source` from its current position to its end."""
        try:
            while chunk := source.read(CHUNK):
                self._feed(chunk)
            if self._size == 0:
                check_head(b"")
            self._parser.Parse(b"", True)  # noqa: FBT003 - the signature of expat
        except expat.ExpatError as error:
            raise explain(self._fault(error, source)) from error
        self._check_declared_encoding()

    def _fault(self, error: expat.ExpatError, source: BinaryIO) -> Fault:
        source.seek(max(0, self._parser.ErrorByteIndex))
        return Fault(
            code=error.code,
            line=error.lineno,
            byte=source.read(1),
            encoding=self.encoding,
            inside=self._depth > 0,
        )

    def _feed(self, chunk: bytes) -> None:
        if self._size == 0:
            check_head(chunk)
            self._with_bom = chunk.startswith(UTF8_BOM)
        self._size += len(chunk)
        if self._size > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)
        self._check_nul(chunk)
        self._utf8.feed(chunk)
        self._parser.Parse(chunk, False)  # noqa: FBT003 - the signature of expat
        self._check_parser()

    def _check_nul(self, chunk: bytes) -> None:
        if (at := chunk.find(b"\0")) >= 0:
            raise nul_byte(self._line + chunk.count(b"\n", 0, at))
        self._line += chunk.count(b"\n")

    def _check_parser(self) -> None:
        """Bound what expat keeps: the tag it waits for the end of, and the names it has met."""
        if self._size - self._parser.CurrentByteIndex > self._limits.max_token:
            raise self._excess("balise_trop_longue", "une balise ou un commentaire démesuré")
        if len(self._parser.intern) > self._limits.max_names:
            raise self._excess("trop_de_noms", "trop de noms de balises différents")

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = accepted(encoding or "UTF-8", with_bom=self._with_bom)

    def _doctype(self, *_names: object) -> None:
        line = self._parser.CurrentLineNumber
        phrase = (
            f"La ligne {line} contient une déclaration DOCTYPE, qu’aucun fichier attendu ne porte :"
            " exportez de nouveau le fichier depuis votre logiciel."
        )
        raise Refused("doctype", phrase, line)

    def _start(self, name: str, attributes: list[str]) -> None:
        self._text_length = 0
        self._depth += 1
        self._elements += 1
        if self._depth > self._limits.max_depth:
            raise self._excess("trop_profond", "trop de balises les unes dans les autres")
        if self._elements > self._limits.max_elements:
            raise self._excess("trop_d_elements", "trop de balises")
        if len(attributes) > 2 * self._limits.max_attributes:
            raise self._excess("trop_d_attributs", "trop d’attributs sur une balise")
        if name in self._tags:
            self._open.append(self._parser.CurrentLineNumber)
        if not self.root:
            self.root = "{" + name if "}" in name else name

    def _end(self, name: str) -> None:
        self._text_length = 0
        self._depth -= 1
        if name in self._tags:
            self.lines.append(self._open.pop())

    def _text(self, text: str) -> None:
        self._text_length += len(text)
        if self._text_length > self._limits.max_text:
            raise self._excess("texte_trop_long", "un texte démesuré")

    def _excess(self, code: str, what: str) -> Refused:
        line = self._parser.CurrentLineNumber
        phrase = f"Le fichier contient {what} (ligne {line}) : ce n’est pas un fichier attendu."
        return Refused(code, phrase, line)

    def _check_declared_encoding(self) -> None:
        self._utf8.feed(b"", final=True)
        if self.encoding in SINGLE_BYTE and self._utf8.is_utf8():
            phrase = (
                f"Le fichier annonce {self.encoding} mais il est écrit en UTF-8 :"
                " exportez-le de nouveau sans le modifier."
            )
            raise Refused("encodage", phrase, 1)
