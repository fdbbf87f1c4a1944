"""Personal data: customers hashed for matching, masked for display; numbers and addresses in texts masked."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise

import duckdb

from etl.errors import N_, Problem
from etl.sql_text import sql_file

# Full-width signs stand for their ASCII ones, one for one: a place in one text is the same in the other.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, "\u3000\xa0"), " ")


def _of(pattern: str) -> re.Pattern[str]:
    """A pattern of ASCII signs: a word of theirs may stand right behind a Chinese one."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


_ADDRESS = _of(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTITY = _of(
    r"(?<![0-9a-z])\d{6}[ -]?(?:19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?\d\d[ -]?\d{3}[0-9x](?![0-9a-z])"
)
# Digits in groups, with at most two signs between them that people write inside of numbers.
_RUN = _of(r"\d+(?:[ .\-·_/–—()\[\]]{1,2}\d+)*")

# What such groups are, written with one blank or full stop between them. Before China's telephone numbers its
# code may stand, before mobile ones that of a carrier.
_CHINA = r"(?:(?:00|0)?86 ?)?"
_MOBILE = _of(
    rf"(?:{_CHINA}|(?:179\d\d|12593) ?)0?1[3-9]"
    r"(?:\d{9}|\d[ .]\d{4}[ .]\d{4}|\d[ .]\d{3}[ .]\d{5}"
    r"|\d\d[ .]\d{3}[ .]\d{4}|\d \d{8}|\d{5} \d{4}|\d \d\d \d\d \d\d \d\d)|1 [3-9](?: \d){9}"
)
_FIXED = _of(
    rf"(?:{_CHINA}0|(?:00|0)?86 ?)(?:(?:10|2\d)[ .]?[1-9]\d{{3}}|[3-9]\d\d[ .]?[1-9]\d{{2,3}})[ .]?\d{{4}}"
)
_FREE = _of(r"[48]00(?:[ .]?\d{3}[ .]?\d{4}|[ .]?\d{4}[ .]?\d{3}|[ .]?\d[ .]\d{3}[ .]?\d{3})")
_NEIGHBOUR = _of(r"00(?:852|853|886) ?\d(?: ?\d){6,8}")
_ABROAD = _of(r"\d(?:[ .]?\d){7,14}")  # behind a plus
_SHORT = _of(r"\d{7,8}|\d{3,4}[ .]\d{4}")
_CARD = _of(r"\d{15,19}|(?:\d{4} ){3}\d{4}(?: \d{1,3})?|\d{6} \d{10,13}|\d{4} \d{6} \d{5}")
# How cards begin, and how long they are then: Visa, Mastercard, UnionPay and debit cards, Amex, JCB.
_ISSUED = _of(
    r"4\d{15}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|(?:6\d|81|9558)\d+|3[47]\d{13}|35\d{14}"
)

# What stands before a number and says what it is.
_BETWEEN = r"(?:号码|号|是|为|[:.\s#(])*$"
_CALLED = _of(
    rf"(?:电话|手机|座机|固话|传真|联系方式|联系号码|phone|\b(?:tel|mobile|mob|cell|fax)){_BETWEEN}"
)
_IDENTIFIED = _of(rf"(?:身份证|证件|\bid(?: card| no)?){_BETWEEN}")
_BANKED = _of(rf"(?:银行卡|储蓄卡|信用卡|卡号|[账帐]号|\b(?:card|account)(?: no)?){_BETWEEN}")

FEWEST, MOST = 7, 24  # digits of a number


def define_customer(con: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Make `customer_key(text)`, `customer_shown(text)` and `mask_personal(text)` known to SQL on `con`."""
    written = base64.b64encode(secret).decode().rstrip("=")
    con.execute("SET VARIABLE customer_secret = $written", {"written": written})
    con.execute(sql_file("etl", "personal"))
    con.create_function("mask_personal", mask_numbers, ["VARCHAR"], "VARCHAR")


def same_key(con: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Raise Problem unless `secret` is what the customers in the snapshot on `con` were hashed with.

    The first load leaves its fingerprint there.
    """
    fingerprint = hashlib.sha256(b"fingerprint of customer.key" + secret).hexdigest()
    known = con.execute("SELECT fingerprint FROM customer_secrets").fetchall()
    if not known:
        con.execute("INSERT INTO customer_secrets VALUES (?)", [fingerprint])
    elif known != [(fingerprint,)]:
        raise Problem(
            "customer.key",
            N_("This is not the key that earlier customer numbers were hashed with."),
            N_("Restore it from a backup of the home; with another, old and new numbers do not match."),
        )


def mask_numbers(text: str) -> str:
    """`text` with every telephone number, identity card, bank card and e-mail address in it masked.

    Telephone numbers of China in all common writings, those of other countries behind a plus; seven or eight
    digits only behind an area code or a word that announces them. Cards by their check digits, or announced.
    """
    plain = text.translate(_NARROW)
    if "@" not in plain and sum(map(str.isdecimal, plain)) < FEWEST:
        return text
    pieces, at = [], 0
    for start, end in sorted(_personal(plain), key=lambda span: (span[0], -span[1])):
        if start >= at:
            pieces += [text[at:start], _masked(plain[start:end])]
            at = end
    return "".join([*pieces, text[at:]])


def mask_digits(text: str) -> str:
    """`text` with every longer run of digits masked: whatever number identifies a customer."""
    return re.sub(r"\d{6,}", lambda m: f"{m[0][0]}****{m[0][-2:]}", mask_numbers(text))


def _personal(plain: str) -> Iterator[tuple[int, int]]:
    """Where in a text of ASCII signs something personal begins and ends."""
    yield from (found.span() for found in _ADDRESS.finditer(plain))
    for found in _IDENTITY.finditer(plain):
        if _is_identity(re.sub("[ -]", "", found[0])) or _IDENTIFIED.search(plain, 0, found.start()):
            yield found.span()
    for run in _RUN.finditer(plain):
        groups = [found.span() for found in re.compile(r"\d+", re.ASCII).finditer(plain, *run.span())]
        while groups:
            longest = next((n for n in range(len(groups), 0, -1) if _is_number(plain, groups[:n])), 0)
            if longest:
                yield groups[0][0], groups[longest - 1][1]
            groups = groups[longest or 1 :]


def _is_number(plain: str, groups: list[tuple[int, int]]) -> bool:
    """Whether these groups of digits together are a telephone number or a card."""
    start, end = groups[0][0], groups[-1][1]
    if not FEWEST <= sum(b - a for a, b in groups) <= MOST:
        return False
    if len(groups) == 1 and re.match(r"\.\d{1,2}(?!\d)", plain[end:]):
        return False  # an amount
    said = plain[start : groups[0][1]]
    for (_, before), (a, b) in pairwise(groups):
        said += ("." if plain[before:a] == "." else " ") + plain[a:b]
    if any(one.fullmatch(said) for one in (_MOBILE, _FIXED, _FREE, _NEIGHBOUR)):
        return True
    before, digits = plain[:start], re.sub("[ .]", "", said)
    return bool(
        (before.endswith("+") and _ABROAD.fullmatch(said))
        or (_SHORT.fullmatch(said) and _CALLED.search(before))
        or (_CARD.fullmatch(said) and _ISSUED.fullmatch(digits) and _is_card(digits))
        or (_CARD.fullmatch(said) and _BANKED.search(before))
        or (len(said) == 15 and _IDENTIFIED.search(before))  # of before 2000
    )


def _is_identity(number: str) -> bool:
    """Whether the check digit of an identity card holds: Σ digit × 2^(17 − place), modulo 11.

    GB 11643-1999; ISO 7064, MOD 11-2.
    """
    total = sum(int(digit) << 17 - place for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_card(digits: str) -> bool:
    """Whether the check digit of a bank card holds: every other digit doubled, as Luhn's (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _masked(found: str) -> str:
    """The ends of a number; the first letter and the domain of an address."""
    if "@" in found:
        return f"{found[0]}****@{found.partition('@')[2]}"
    digits = re.sub("[^0-9Xx]", "", found)
    if mobile := re.fullmatch(r"[08]\d{0,4}(1[3-9]\d{9})", digits):
        digits = mobile[1]  # without the codes before it, as customers are shown
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 8 else f"****{digits[-2:]}"
