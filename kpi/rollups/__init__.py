"""Additive numbers per day, agent, team and segment, built into the snapshot."""
