"""A believable Swedish register: the one that ships with the project, and larger ones made the same way.

Nobody in it exists. Addresses are under example.se and example.org, phone numbers from the ranges that are
kept free for fiction.
"""
