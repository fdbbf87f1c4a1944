"""Figures of a scope: sums, intervals, targets, coverage, and the rows behind them."""
