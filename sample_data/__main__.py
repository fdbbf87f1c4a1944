"""`python -m sample_data --out DIR --seed 7`: writes the sample year."""

from __future__ import annotations

import argparse
from pathlib import Path

from sample_data.generate import make


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(prog="python -m sample_data", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to; made when missing")
    parser.add_argument("--seed", type=int, default=7, help="equal seeds give equal values (default 7)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume (default 1)")
    options = parser.parse_args()
    if not 0 < options.scale <= 1:
        parser.error("--scale must be above 0 and at most 1")
    make(options.out, options.seed, options.scale)
    print(options.out)


if __name__ == "__main__":
    main()
