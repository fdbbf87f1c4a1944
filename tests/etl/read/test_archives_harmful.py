"""Archives that are damaged, or made to do harm: bombs, ways out, links, headers without end."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
import zlib

import pytest

from etl.errors import Problem
from etl.read import contents, grids
from tests.etl.reading import read, workbook_bytes


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "..\\..\\evil.csv", "C:\\evil.csv"])
def test_no_name_leads_out_of_the_room(zipped, room, tmp_path, name):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    path = zipped({name: "a,b\n1,2\n"})
    (part,) = read(path, room)
    assert part in ("evil.csv", "etc/evil.csv")
    assert {one for one in tmp_path.rglob("*") if one.is_file()} - before == {path}


def test_links_and_locked_members_are_refused_by_name(zipped, room, tmp_path):
    path = zipped({"locked.csv": "a,b\n1,2\n", "b.csv": "a,b\n"})
    data = bytearray(path.read_bytes())
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + at] |= 1
    path.write_bytes(data)
    found = read(path, room)
    assert found["export.zip/locked.csv"].startswith("export.zip/locked.csv: It is locked with a password.")
    assert found["b.csv"] == [("a", "b")]

    link = zipfile.ZipInfo("link.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    assert "This is a link" in read(zipped({link: "/etc/passwd"}), room)["export.zip/link.csv"]

    with tarfile.open(tmp_path / "a.tar", "w") as tape:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"kind-{kind.decode()}.csv")
            info.type, info.linkname = kind, "/etc/passwd"
            tape.addfile(info)
    found = read(tmp_path / "a.tar", room)
    assert ["This is a link, not a file." in sentence for sentence in found.values()] == [True] * 3


# --- limits


def test_a_bomb_is_refused_for_its_ratio(zipped, room, tmp_path, monkeypatch):
    monkeypatch.setattr("etl.read.limits.RATIO_FREE", 1 << 20)
    path = zipped({"a.csv": b"a,b\n" * 4_000_000, "b.csv": "a,b\n1,2\n"})
    found = read(path, room)
    assert found["export.zip/a.csv"].startswith(
        "export.zip/a.csv: It unfolds to more than 200 times its size, as no export does."
    )
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n" * 4_000_000))
    assert "200 times" in read(tmp_path / "a.csv.gz", room)["a.csv.gz/a.csv"]


def test_small_files_may_be_dense(zipped, room):
    assert len(read(zipped({"a.csv": b"a,b\n" * 100_000}), room)["a.csv"]) == 100_000


def test_a_declared_size_is_not_believed(zipped, room, monkeypatch):
    monkeypatch.setattr("etl.read.limits.UNPACKED", 10_000)
    found = read(zipped({"a.csv": os.urandom(5000).hex(), "b.csv": os.urandom(5000).hex()}), room)
    assert "It unfolds to more than" in found["export.zip/b.csv"]


def test_many_members_and_deep_archives_end(zipped, room, monkeypatch):
    monkeypatch.setattr("etl.read.limits.MEMBERS", 3)
    found = read(zipped({f"{n}.csv": "a,b\n" for n in range(5)}), room)
    assert list(found) == ["0.csv", "1.csv", "2.csv", "export.zip"]
    assert "more than 3 files" in found["export.zip"]

    inner = gzip.compress(gzip.compress(gzip.compress(b"a,b\n")))
    assert (
        "an archive in an archive in an archive" in read(zipped({"a.csv.gz.gz.gz": inner}), room).popitem()[1]
    )


def test_a_workbook_that_unfolds_without_end_is_refused(tmp_path, room, monkeypatch):
    monkeypatch.setattr("etl.read.limits.RATIO_FREE", 1 << 20)
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_bytes())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b" " * (8 << 20))
    (content,) = contents(path, room)
    with pytest.raises(Problem, match="200 times"):
        list(grids(content))


def test_a_tape_with_a_header_of_gigabytes_is_refused(tmp_path, room):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 7 << 30
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + bytes(4096))
    assert "damaged or cut off" in read(tmp_path / "a.tar", room)["a.tar"]


# --- damage


def test_a_damaged_member_is_refused_and_the_others_are_read(zipped, room):
    path = zipped({"a.csv": "a,b\n" + "1,2\n" * 2000, "b.csv": "a,b\n1,2\n"})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    found = read(path, room)
    assert "damaged or cut off" in found["export.zip/a.csv"]
    assert found["b.csv"] == [("a", "b"), ("1", "2")]


def test_an_archive_that_is_cut_off_is_a_sentence(zipped, room, tmp_path):
    path = zipped({"a.csv": os.urandom(3000).hex()})
    path.write_bytes(path.read_bytes()[:2000])
    assert "damaged or cut off" in read(path, room)["export.zip"]

    packed = gzip.compress(os.urandom(3000).hex().encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[:2000])
    assert "damaged or cut off" in read(tmp_path / "a.csv.gz", room)["a.csv.gz/a.csv"]


@pytest.mark.parametrize("cut", [512 + 300, 1024 + 100, 1024 + 512 + 100])
def test_a_tape_that_is_cut_off_or_damaged_is_a_sentence(tmp_path, room, cut):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as tape:
        for name in ("a.csv", "b.csv"):
            info = tarfile.TarInfo(name)
            info.size = 8
            tape.addfile(info, io.BytesIO(b"a,b\n1,2\n"))
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    found = read(path, room)
    assert "damaged or cut off" in "".join(one for one in found.values() if isinstance(one, str))
    path.write_bytes(whole[:1024] + b"\xff" * 512 + whole[1536:])
    found = read(path, room)
    assert found["a.csv"] == [("a", "b"), ("1", "2")]
    assert "damaged or cut off" in found["a.tar"]


def test_a_method_that_is_not_read_is_a_sentence(zipped, room):
    path = zipped({"a.csv": "a,b\n"})
    data = bytearray(path.read_bytes())
    for start, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(start) + at] = 9  # Deflate64
    path.write_bytes(data)
    assert "packed by a method that is not read" in read(path, room)["export.zip/a.csv"]


def test_an_archive_under_a_workbooks_name_and_the_reverse(zipped, room, tmp_path):
    assert read(zipped({"a.csv": "a,b\n"}, name="a.xlsx"), room) == {"a.csv": [("a", "b")]}
    (tmp_path / "b.zip").write_bytes(workbook_bytes())
    (content,) = contents(tmp_path / "b.zip", room)
    assert content.kind == "workbook"


def test_no_room_is_a_sentence(zipped, room, monkeypatch):
    monkeypatch.setattr("etl.read.limits.SPARE_DISK", 1 << 62)
    assert "not enough room" in read(zipped({"a.csv": "a,b\n"}), room)["export.zip/a.csv"]


def test_gzip_without_end_marks_and_zlib_noise(tmp_path, room):
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8b\x08\x00" + zlib.compress(b"x" * 100))
    assert "damaged or cut off" in read(tmp_path / "a.gz", room).popitem()[1]
