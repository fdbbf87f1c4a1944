"""Reads single lines of a large text by their numbers."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from etl.maps.recognise import Match
from etl.read import Content, Row

CHUNK = 1 << 20


def lines(content: Content, match: Match, wanted: Iterable[int]) -> Iterator[Row]:
    """The rows with the numbers `wanted`, of a text in which every line is a row."""
    numbers, behind, left = deque(sorted(wanted)), 0, b""  # `behind` lines are behind us
    quote = match.grid.quote or '"'
    with content.file.open("rb") as file:
        while numbers:
            chunk = file.read(CHUNK)
            text = left + (chunk or b"\n")
            ends = np.flatnonzero(np.frombuffer(text, np.uint8) == 10)
            while numbers and numbers[0] <= behind + len(ends):
                place = numbers[0] - behind - 1
                begin = int(ends[place - 1]) + 1 if place else 0
                line = text[begin : int(ends[place])].decode(content.encoding, "replace").rstrip("\r")
                cells = next(csv.reader([line], delimiter=match.grid.delimiter or ",", quotechar=quote), [])
                yield Row(numbers.popleft(), tuple(cell.strip() for cell in cells))
            behind, left = behind + len(ends), text[int(ends[-1]) + 1 :] if len(ends) else text
            if not chunk:
                return
