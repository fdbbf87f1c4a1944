"""Sheets, forms and lists as HTML. Pure; no screen, no database."""
