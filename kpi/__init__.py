"""Facts in, figures out: the catalogue of indicators, the roll-ups, and the sheets built from them."""
