"""What can be counted: the entries of indicators, dimensions, standards and forms, and how they are read."""
