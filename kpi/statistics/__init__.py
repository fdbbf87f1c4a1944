"""Thin, named functions over scipy, tested on published numbers."""
