"""Loading with figures: facts, then roll-ups; and corrections of what was loaded."""
