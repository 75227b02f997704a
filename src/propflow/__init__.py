"""
A property company's written procedures: readable, checked, run, scheduled and proved.
"""

__version__ = "0.1.0"
