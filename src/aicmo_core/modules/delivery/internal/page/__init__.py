"""The page that a client opens: `index.html`, one file without scripts."""

from aicmo_core.modules.delivery.internal.page.document import render_page

__all__ = ["render_page"]
