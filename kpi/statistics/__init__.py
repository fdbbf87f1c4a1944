"""Thin, named functions over scipy and statsmodels, tested on published numbers.

By family: intervals, differences and tests of two figures; funnel; charts and signals of control charts;
shrinkage; decomposition; forecast, and in numpy alone level; queueing; survival; agreement; sampling;
multiplicity.
"""
