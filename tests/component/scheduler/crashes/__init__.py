"""Schedulers as real processes, killed between any two effects."""
