"""
Changes to a handbook that are kept as data: what they do, their layers and their locks.
"""
