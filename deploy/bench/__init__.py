"""Benchmarks: each figure as a ratio to a bare baseline in the same run."""
