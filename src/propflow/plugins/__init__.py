"""
Where other programs add to propflow: the hooks, and the plugins that are there.
"""

from propflow.plugins.hookspecs import NAME, Picture, hookimpl, hookspec

__all__ = ["NAME", "Picture", "hookimpl", "hookspec"]
