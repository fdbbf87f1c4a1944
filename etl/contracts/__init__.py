"""The contracts: every table that facts are kept in."""
