"""Files into a new snapshot: read, conformed, merged, accounted for."""
