"""The books of a load: every file with its accounting, what was set aside, what came back corrected."""
