"""Source maps: how a file format is recognised, and which contract columns it fills."""
