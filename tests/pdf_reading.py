"""What a PDF says, as text, and how it presents itself."""

import io

from pypdf import PdfReader


def reader(content: bytes) -> PdfReader:
    """The document."""
    return PdfReader(io.BytesIO(content))


def pages(content: bytes) -> list[str]:
    """The text of each page, its lines joined by blanks."""
    return [" ".join(page.extract_text().split()) for page in reader(content).pages]
