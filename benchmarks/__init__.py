"""
How quick propflow is beside others that do part of the same work: ``python -m benchmarks``.
"""
