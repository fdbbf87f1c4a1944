"""Customer identifiers: hashed for matching, masked for display, never kept in clear."""

from __future__ import annotations

import hashlib
import hmac
import re

# What begins and reads like a telephone number; dates and epochs do not.
_NUMBER = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)"
    r"|(?<!\d)(0\d{2,3}[ -]?)\d{3,4}[ -]?(\d{4})(?!\d)"
)


def identity(text: str) -> str:
    """The identifier itself: "+86 138-0013-8000" and "13800138000" are one customer."""
    bare = re.sub(r"[\s()\-]", "", text).removesuffix(".0")
    return re.sub(r"^(?:\+|00)86(?=1[3-9]\d{9}$)", "", bare)


def customer_key(text: str, key: bytes) -> str:
    """The keyed hash (HMAC-SHA-256, 32 hex digits) under which a customer is matched."""
    return hmac.new(key, identity(text).encode(), hashlib.sha256).hexdigest()[:32]


def masked(text: str) -> str:
    """The identifier for display: 138****1234; short ones keep only their ends."""
    bare = identity(text)
    if len(bare) >= 11:
        return f"{bare[:3]}****{bare[-4:]}"
    if len(bare) >= 6:
        return f"{bare[0]}****{bare[-2:]}"
    return "****"


def mask_numbers(text: str) -> str:
    """`text` with every telephone number in it masked, for raw values that are kept and shown."""
    return _NUMBER.sub(lambda m: f"{m[1] or m[3]}****{m[2] or m[4]}", text)


def mask_digits(text: str) -> str:
    """`text` with every longer run of digits masked: whatever number identifies a customer."""
    return re.sub(r"\d{6,}", lambda m: masked(m[0]), mask_numbers(text))
