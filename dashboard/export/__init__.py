"""Sheets on paper: the same values as the pages, as Excel, PDF and CSV. No module here knows a screen."""

from dashboard.export.bundle import export as export
