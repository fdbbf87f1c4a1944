"""Keep the translation files in step with the texts in the code.

    python scripts/messages.py            add new texts, drop those no longer used, keep translations
    python scripts/messages.py --check    exit 1 and say what is missing, left over or untranslated
    python scripts/messages.py --merge DIR [--language zh_CN]
                                          first take translations from {"English": "…"} JSON files

A text is what stands in `t("…")`, `words(lang)("…")` or `N_("…")`. It has to stand there whole: values
are filled in after translation, with `.format`.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dashboard", "kpi", "etl")
LOCALE = ROOT / "dashboard" / "locale"
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: service-kpi\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _marks(call: ast.Call) -> bool:
    """Whether a call is `t(…)`, `page.t(…)`, `N_(…)` or `words(…)(…)`."""
    called = call.func.func if isinstance(call.func, ast.Call) else call.func
    wanted = {"words"} if isinstance(call.func, ast.Call) else {"t", "N_"}
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in wanted and bool(call.args)


def _texts(argument: ast.expr, where: str) -> list[str]:
    """The literal texts of a marked argument; one that is put together cannot be translated."""
    if isinstance(argument, ast.IfExp):
        return _texts(argument.body, where) + _texts(argument.orelse, where)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.JoinedStr | ast.BinOp):
        sys.exit(f"{where}: a text to translate is put together here; fill in values after translation.")
    return []  # a name or an attribute: its text is marked with N_ where it is written


def texts_in(source: str, where: str) -> set[str]:
    """Every text of one module that is marked for translation."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _marks(node)]
    return {text for call in calls for text in _texts(call.args[0], f"{where}:{call.lineno}") if text}


def texts_in_code() -> set[str]:
    """Every text of the packages that is marked for translation."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return set().union(*(texts_in(path.read_text("utf-8"), str(path.relative_to(ROOT))) for path in files))


def read(path: Path) -> dict[str, str]:
    """{English text: translation} of a `.po` file."""
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string or "") for entry in read_po(file) if entry.id}


def write(path: Path, translations: dict[str, str]) -> None:
    """Write a `.po` file, sorted, without dates or places so that a change shows as itself."""
    catalog = Catalog(charset="utf-8")
    for text, translation in translations.items():
        catalog.add(text, translation).flags.discard("python-format")  # "95 % of" is no placeholder
    body = io.BytesIO()
    write_po(body, catalog, width=0, sort_output=True, omit_header=True)
    header = HEADER.format(language=path.parent.parent.name)
    path.write_text(header + body.getvalue().decode("utf-8"), encoding="utf-8", newline="\n")


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(translations: dict[str, str], texts: set[str]) -> list[str]:
    """What keeps a language from being complete, one line each."""
    wrong = [f"missing: {text}" for text in sorted(texts - translations.keys())]
    for text, translation in sorted(translations.items()):
        if text not in texts:
            wrong.append(f"no longer in the code: {text}")
        elif not translation or translation == text:
            wrong.append(f"not translated: {text}")
        elif _names(text) != _names(translation):
            wrong.append(f"other {{names}} than the English text: {text}")
    return wrong


def main() -> None:
    """Check or update every language."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="only say what is wrong")
    options.add_argument(
        "--merge", type=Path, metavar="DIR", help="folder of {English: translation} JSON files"
    )
    options.add_argument("--language", default="zh_CN", help="the language of the files of --merge")
    chosen, texts, failed = options.parse_args(), texts_in_code(), False
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/service_kpi.po")):
        language, known = path.parent.parent.name, read(path)
        if chosen.merge and language == chosen.language:
            for file in sorted(chosen.merge.glob("*.json")):
                known |= {text: new for text, new in json.loads(file.read_text("utf-8")).items() if new}
        if not chosen.check:
            known = {text: known.get(text, "") for text in texts}
            write(path, known)
        wrong = faults(known, texts)
        failed = failed or bool(wrong)
        print(f"{language}: {len(texts)} texts, {len(wrong)} to mend", *wrong, sep="\n  ")
    sys.exit(1 if failed and chosen.check else 0)


if __name__ == "__main__":
    main()
