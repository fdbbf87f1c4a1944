"""Figures in, people served: the screens, the exports and the command line."""
