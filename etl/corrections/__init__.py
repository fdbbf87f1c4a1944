"""Corrections of loaded data: what one says, and evaluating it over the facts."""
