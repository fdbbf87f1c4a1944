"""Thin, named functions over scipy and statsmodels, tested on published numbers."""
