"""What the door does with zips."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from safe_input import Limits, Refused, members, unwrap

CONTENT = b"<a>contenu</a>"
END_RECORD_SIZE = 22


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def one(content: bytes = CONTENT) -> bytes:
    return zipped(("eleves.xml", content))


def symlink() -> bytes:
    info = zipfile.ZipInfo("eleves.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def patched(data: bytes, *, header: bytes, at: int, form: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, data.rindex(header) + at, value)
    return bytes(changed)


def encrypted() -> bytes:
    return patched(one(), header=b"PK\x01\x02", at=8, form="<H", value=1)


def declared_size(size: int) -> bytes:
    return patched(one(), header=b"PK\x01\x02", at=24, form="<L", value=size)


def damaged() -> bytes:
    return zipped(("a.xml", CONTENT), method=0).replace(CONTENT, CONTENT.upper())


def many_entries_counted_as_one() -> bytes:
    data = zipped(*((f"{n}.xml", b"<a/>") for n in range(2_000)))
    return patched(data, header=b"PK\x05\x06", at=10, form="<H", value=1)


def with_zip64_locator() -> bytes:
    data = one()
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    return data[:-END_RECORD_SIZE] + locator + data[-END_RECORD_SIZE:]


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("no member", zipped, "zip_membres"),
    ("two members", lambda: zipped(("a.xml", CONTENT), ("b.xml", CONTENT)), "zip_membres"),
    ("two members, one empty folder", lambda: zipped(("a/", b""), ("b", b"")), "zip_membres"),
    ("many entries counted as one", many_entries_counted_as_one, "zip_membres"),
    ("folder", lambda: zipped(("dossier/a.xml", CONTENT)), "zip_chemin"),
    ("parent folder", lambda: zipped(("../a.xml", CONTENT)), "zip_chemin"),
    ("absolute path", lambda: zipped(("/etc/a.xml", CONTENT)), "zip_chemin"),
    ("windows path", lambda: zipped(("..\\a.xml", CONTENT)), "zip_chemin"),
    ("windows drive", lambda: zipped(("C:a.xml", CONTENT)), "zip_chemin"),
    ("symbolic link", symlink, "zip_lien"),
    ("encrypted", encrypted, "zip_chiffre"),
    ("zip inside the zip", lambda: one(one()), "zip_imbrique"),
    ("bomb by ratio", lambda: one(b"\0" * 8_000_000), "zip_ratio"),
    ("content over the size", lambda: one(bytes(range(256)) * 300_000), "trop_gros"),
    ("other compression", lambda: zipped(("a.xml", CONTENT), method=14), "zip_format"),
    ("zip64", with_zip64_locator, "zip_format"),
    ("truncated", lambda: one()[:-30], "zip_abime"),
    ("bytes after the end", lambda: one() + b"x", "zip_abime"),
    ("content shorter than it says", lambda: declared_size(1), "zip_abime"),
    ("damaged content", damaged, "zip_abime"),
    ("magic alone", lambda: b"PK\x03\x04", "zip_abime"),
]


@pytest.mark.parametrize(
    ("build", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_hostile_zip_is_refused(build: Callable[[], bytes], code: str) -> None:
    limits = Limits(max_ratio=2_000 if code == "trop_gros" else 200)

    with pytest.raises(Refused) as refusal:
        unwrap(build(), limits)

    assert (refusal.value.code, refusal.value.line) == (code, None)
    assert refusal.value.phrase.endswith(".")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_member_is_unwrapped(method: int) -> None:
    assert unwrap(zipped(("ExportXML_ElevesSansAdresses.xml", CONTENT), method=method)) == CONTENT


def test_a_zip_with_a_comment_is_unwrapped() -> None:
    buffer = io.BytesIO(one())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"export du 12/09"

    assert unwrap(buffer.getvalue()) == CONTENT


def test_a_member_whose_announced_size_is_too_large_is_read_by_its_content() -> None:
    assert unwrap(declared_size(4_000_000_000)) == CONTENT


def test_what_is_not_a_zip_is_returned_as_it_is() -> None:
    assert unwrap(CONTENT) == CONTENT
    assert unwrap(b"") == b""


def test_sizes_are_bounded_inclusively() -> None:
    data = one()

    assert unwrap(data, Limits(max_bytes=len(data), max_unzipped=len(CONTENT))) == CONTENT
    for limits in (Limits(max_bytes=len(data) - 1), Limits(max_unzipped=len(CONTENT) - 1)):
        with pytest.raises(Refused) as refusal:
            unwrap(data, limits)
        assert refusal.value.code == "trop_gros"


def test_each_file_of_an_archive_is_given_in_its_order() -> None:
    data = zipped(("TB.xml", b"<b/>"), ("manifeste.json", b"{}"), ("TA.xml", b"<a/>"))

    found = list(members(data, most=3))

    assert found == [("TB.xml", b"<b/>"), ("manifeste.json", b"{}"), ("TA.xml", b"<a/>")]


@pytest.mark.parametrize(
    ("build", "code"),
    [case[1:] for case in REFUSED if "two members" not in case[0]],
    ids=[case[0] for case in REFUSED if "two members" not in case[0]],
)
def test_a_hostile_archive_of_several_files_is_refused(
    build: Callable[[], bytes], code: str
) -> None:
    limits = Limits(max_ratio=2_000 if code == "trop_gros" else 200)

    with pytest.raises(Refused) as refusal:
        list(members(build(), limits, most=60))

    assert refusal.value.code == code


def test_sizes_of_several_files_are_bounded_together() -> None:
    data = zipped(("a.xml", CONTENT), ("b.xml", CONTENT))

    assert len(list(members(data, Limits(max_unzipped=2 * len(CONTENT)), most=2))) == 2
    for limits, most in ((Limits(max_unzipped=2 * len(CONTENT) - 1), 2), (Limits(), 1)):
        with pytest.raises(Refused) as refusal:
            list(members(data, limits, most=most))
        assert refusal.value.code == ("trop_gros" if most == 2 else "zip_membres")
