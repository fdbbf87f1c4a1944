"""Watched folders: what is new or has grown in them is loaded."""
