"""Snapshots: complete, immutable DuckDB files, and those that months were closed on."""
