"""A seed in, a believable year and a month of a 40-person hotline out, in the files a real team would hand over."""

from sample_data.generate import make

__all__ = ["make"]
