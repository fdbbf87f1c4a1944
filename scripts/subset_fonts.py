"""Turn the full Noto Sans SC into the small fonts that ship with the dashboard.

    python scripts/subset_fonts.py FOLDER

FOLDER is the unpacked npm package `@expo-google-fonts/noto-sans-sc` 0.4.3 (`npm pack` fetches it).
Page fonts cover GB2312 and are WOFF2, about 1 MB a weight: a browser borrows rarer characters from
the system. PDF fonts have nothing to borrow from, and people's names need more than GB2312, so they
cover GBK and every character of the national table of standard characters (2013) beyond it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
PAGE_FONTS = ROOT / "dashboard" / "static"
PDF_FONTS = ROOT / "dashboard" / "export" / "fonts"
WEIGHTS = {"Regular": "400Regular/NotoSansSC_400Regular.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}
LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x180)}
SYMBOLS = set(map(ord, "–—…·×÷≤≥≠±−‰→←↑↓▲▼●○✓‑“”‘’√≈≒∞■□△▽◆◇★☆°℃№′″†‡•€£¥\u2002\u2003\u2009\u202f"))
# Characters of the national table that Unicode keeps in its first extension block.
STANDARD_EXTENSION = set(
    map(
        ord,
        "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟"
        "䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮",
    )
)


def double_byte(encoding: str) -> set[int]:
    """Every code point that a two-byte Chinese encoding can write."""
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found.add(ord(bytes((lead, trail)).decode(encoding)))
            except (UnicodeDecodeError, TypeError):  # unassigned, or two separate characters
                continue
    return found


def write_subset(source: Path, target: Path, wanted: set[int]) -> None:
    """Write the glyphs of `wanted` that `source` has; the suffix of `target` chooses the format."""
    options = subset.Options(
        flavor="woff2" if target.suffix == ".woff2" else None,
        layout_features=["kern", "ccmp", "locl"],
        name_IDs=["*"],  # keeps family, weight and licence entries
        notdef_outline=True,
        glyph_names=False,
        hinting=False,
    )
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    subset.save_font(font, target, options)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1e6:.2f} MB")


def main(folder: Path) -> None:
    """Write both weights for the page and for the PDF, each beside the licence text."""
    gb2312, gbk = double_byte("gb2312"), double_byte("gbk")
    for name, inside in WEIGHTS.items():
        source = folder / inside
        has = set(TTFont(source, lazy=True).getBestCmap())
        beyond = {c for c in has if c > 0xFFFF or 0x9FA6 <= c <= 0x9FFF} | STANDARD_EXTENSION
        write_subset(source, PAGE_FONTS / f"NotoSansSC-{name}.woff2", gb2312 | LATIN | SYMBOLS)
        write_subset(source, PDF_FONTS / f"NotoSansSC-{name}.ttf", gbk | beyond | LATIN | SYMBOLS)
    for place in (PAGE_FONTS, PDF_FONTS):
        shutil.copyfile(folder / "LICENSE_FONT", place / "OFL.txt")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "LICENSE_FONT").exists():
        sys.exit("Give the folder of the unpacked npm package @expo-google-fonts/noto-sans-sc.")
    main(Path(sys.argv[1]))
