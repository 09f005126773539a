"""What the door does with files of the disk and with CSV text."""

import os
from pathlib import Path

import pytest

from safe_input import Limits, Refused, read_bytes, read_text


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "élèves.xml"
    path.write_bytes(b"12345")

    assert read_bytes(path, Limits(max_bytes=5)) == b"12345"


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"123456")

    with pytest.raises(Refused) as refusal:
        read_bytes(path, Limits(max_bytes=5))

    assert refusal.value.code == "trop_gros"
    assert refusal.value.phrase == (
        "Le fichier dépasse 5 octets : vérifiez que c’est bien le fichier attendu."
    )


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "absent.xml"

    with pytest.raises(Refused) as refusal:
        read_bytes(path)

    assert refusal.value.code == "introuvable"
    assert refusal.value.phrase == (
        f"Le fichier {path} n’existe pas : vérifiez son nom et son dossier."
    )


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_bytes(tmp_path)

    assert refusal.value.code == "dossier"


def test_a_pipe_or_a_device_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "tube"
    os.mkfifo(pipe)

    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(Refused) as refusal:
            read_bytes(path)
        assert refusal.value.code == "pas_un_fichier"


def test_a_file_name_that_the_disk_refuses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_bytes(tmp_path / ("x" * 5_000))

    assert refusal.value.code == "illisible"


@pytest.mark.parametrize("data", ["nom;été\r\nœ;€".encode(), "\ufeffnom;été\r\nœ;€".encode()])
def test_utf8_text_is_read_with_or_without_its_mark(data: bytes) -> None:
    assert read_text(data) == "nom;été\r\nœ;€"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("nom\nprénom".encode("latin-1"), "encodage", 2),
        (b"\xef\xbb\xbfa\nb\n\xe9", "encodage", 3),
        ("nom".encode("utf-16"), "encodage", 1),
        ("nom".encode("utf-32"), "encodage", 1),
        (b"a\nb\0", "octet_nul", 2),
        (b"\xef\xbb\xbf\xef\xbb\xbfnom", "double_bom", 1),
    ],
)
def test_other_text_is_refused_with_its_line(data: bytes, code: str, line: int) -> None:
    with pytest.raises(Refused) as refusal:
        read_text(data)

    assert (refusal.value.code, refusal.value.line) == (code, line)


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read_text(b"123456", Limits(max_bytes=5))

    assert refusal.value.code == "trop_gros"
