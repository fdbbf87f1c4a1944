"""Files in, facts out: recognises, reads, conforms and loads exports into immutable DuckDB snapshots."""
