"""Archives and folders: every file in them is read, or named."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from etl.loading.load import load
from etl.loading.preview import preview
from etl.loading.report import report_json
from etl.read import Content, contents, first_content
from etl.read.folder import listed
from etl.snapshots.snapshot import current
from tests.etl.reading import read, workbook_bytes

HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码\n"
DAY = HEADER + "C{0},2026-10-0{0} 09:00:00,是,1,5,60,\n"


def test_every_format_is_read_out_of_an_archive(zipped, room):
    path = zipped(
        {
            "a.csv": "a,b\n1,2\n",
            "sub/b.xlsx": workbook_bytes(),
            "c.json": '[{"a": 1, "b": 2}]',
            "d.csv.gz": gzip.compress(b"a,b\n3,4\n"),
        }
    )
    assert read(path, room) == {
        "a.csv": [("a", "b"), ("1", "2")],
        "sub/b.xlsx": [("a", "b")],
        "c.json": [("1", "2")],
        "d.csv.gz/d.csv": [("a", "b"), ("3", "4")],
    }


def test_an_archive_loads_part_by_part(zipped, home):
    path = zipped({"一月.csv": DAY.format(1), "二月.csv": DAY.format(2), "图.png": b"\x89PNG\r\n\x1a\n"})
    report = report_json(load(home, [path]))
    assert [file["status"] for file in report["files"]] == ["loaded", "loaded", "refused"]
    assert "export.zip/图.png: This is a picture" in report["files"][2]["message"]
    assert current(home).query("SELECT name, loaded FROM files ORDER BY 1").rows() == [
        ("export.zip/一月.csv", 1),
        ("export.zip/二月.csv", 1),
    ]
    assert [path.name for path in home.snapshots.iterdir() if path.name.startswith("unpacked")] == []
    again = report_json(load(home, [path]))["files"]
    assert [file["status"] for file in again] == ["unchanged", "unchanged", "refused"]


def test_a_packed_file_and_its_plain_copy_are_the_same_content(tmp_path, home, write):
    plain = write("a.csv", *DAY.format(1).splitlines())
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    load(home, [plain])
    (file,) = report_json(load(home, [tmp_path / "a.csv.gz"]))["files"]
    assert file["status"] == "unchanged"


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tgz"])
def test_tapes_are_archives(tmp_path, room, suffix):
    path = tmp_path / f"export.{suffix}"
    with tarfile.open(path, "w" if suffix == "tar" else "w:gz") as tape:
        for name, data in [("日/a.csv", b"a,b\n1,2\n"), ("b.csv.gz", gzip.compress(b"a,b\n3,4\n"))]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tape.addfile(info, io.BytesIO(data))
    inside = "" if suffix == "tar" else "export.tar/"
    assert read(path, room) == {
        f"{inside}日/a.csv": [("a", "b"), ("1", "2")],
        f"{inside}b.csv.gz/b.csv": [("a", "b"), ("3", "4")],
    }


@pytest.mark.parametrize(("encoding", "mark"), [("gb18030", False), ("utf-8", False), ("utf-8", True)])
def test_chinese_names_are_read_as_they_were_written(zipped, room, encoding, mark):
    name = "话务/一月份明细表.csv"  # its GBK bytes hold a backslash and a slash nowhere
    placeholder = "x" * len(name.encode(encoding))
    path = zipped({placeholder: "a,b\n1,2\n"})
    data = path.read_bytes().replace(placeholder.encode(), name.encode(encoding))
    if mark:
        for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            place = data.index(start) + at
            data = data[:place] + b"\x00\x08" + data[place + 2 :]
    path.write_bytes(data)
    assert list(read(path, room)) == [name]


def test_a_second_byte_that_is_a_backslash_stays_in_its_character(zipped, room):
    name = "誠.csv"
    raw = name.encode("gb18030")
    assert b"\\" in raw
    path = zipped({"x" * len(raw): "a,b\n1,2\n"})
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    assert list(read(path, room)) == [name]


def test_what_is_no_data_is_left_out_and_named(zipped, room):
    skipped = []
    names = ["__MACOSX/._a.csv", ".DS_Store", "x/Thumbs.db", "~$a.xlsx", "README.md", "desktop.ini"]
    path = zipped({"a.csv": "a,b\n", "empty/": "", **dict.fromkeys(names, "x")})
    assert list(read(path, room, skipped)) == ["a.csv"]
    assert skipped == [f"export.zip/{name}" for name in names]
    assert "nothing to read" in read(zipped({".DS_Store": "x"}), room)["export.zip"]
    assert "nothing to read" in read(zipped({}), room)["export.zip"]


# --- what is left behind


def test_unpacked_files_go_when_the_next_is_asked_for_or_none_is(zipped, room):
    path = zipped({"a.csv": "a,b\n", "b.csv": "c,d\n"})
    found = contents(path, room)
    first = next(found)
    assert isinstance(first, Content)
    assert list(room.iterdir()) == [first.file]
    second = next(found)
    assert list(room.iterdir()) == [second.file]
    found.close()
    assert list(room.iterdir()) == []
    with first_content(path) as content:
        assert (content.part, content.file.exists()) == ("a.csv", True)
    assert not content.file.exists()


def test_a_look_at_an_archive_needs_no_home(zipped, home):
    found = preview(home, zipped({"a.md": "x", "x.png": b"\x89PNG\r\n\x1a\n", "a.csv": DAY.format(1)}))
    assert (found["source"], found["rows_read"]) == ("plain_calls", 1)
    assert not home.exists


def test_an_archive_that_changes_while_it_is_read_is_refused(zipped, room):
    path = zipped({"a.csv": "a,b\n", "b.csv": "a,b\n"})
    found = contents(path, room)
    assert isinstance(next(found), Content)
    os.utime(path, ns=(1, 1))
    assert "still being written" in str(next(found))


# --- folders


def test_folders_are_walked_on_request(tmp_path):
    for name in (
        "a.csv",
        "sub/b.csv",
        "sub/deeper/c.csv",
        ".hidden/d.csv",
        "sub/~$e.xlsx",
        "sub/Thumbs.db",
        "home/x",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "sub/up").symlink_to(tmp_path)

    def names(paths):
        return [Path(path).relative_to(tmp_path).as_posix() for path in paths]

    files, skipped = listed([tmp_path])
    assert (names(files), names(skipped)) == (["a.csv"], [".hidden", "home", "sub"])
    files, skipped = listed([tmp_path], recursive=True, apart_from=tmp_path / "home")
    assert names(files) == ["a.csv", "sub/b.csv", "sub/deeper/c.csv"]
    assert names(skipped) == [".hidden", "home", "sub/Thumbs.db", "sub/up", "sub/~$e.xlsx"]


def test_a_folder_loads_with_its_sub_folders(home, tmp_path):
    inbox = tmp_path / "inbox"
    (inbox / "二月").mkdir(parents=True)
    (inbox / "a.csv").write_text(DAY.format(1), encoding="utf-8")
    (inbox / "二月/b.csv").write_text(DAY.format(2), encoding="utf-8")
    assert [file.status for file in load(home, [inbox], recursive=True).files] == ["loaded", "loaded"]
