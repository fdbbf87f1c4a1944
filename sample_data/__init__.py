"""A seed in, thirteen believable months of a 40-person hotline out, in the files of a real team."""

from sample_data.generate import make

__all__ = ["make"]
