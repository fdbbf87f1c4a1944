"""Audits: what cannot be true in a file, or is odd in the facts."""
