"""What figures mean together: real gaps, contributions, effects of measures, next targets."""
