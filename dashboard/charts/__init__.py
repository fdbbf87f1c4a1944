"""Pictures of figures: Altair charts and the calendar of loaded data. Pure; no screen."""
