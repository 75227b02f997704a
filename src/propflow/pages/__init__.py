"""
Pages for people to read: a site's handbook for its staff, and the charts for the documentation.
"""

from propflow.pages.articles import Article, articles, lists
from propflow.pages.book import Book
from propflow.pages.staff import MADE_BY, staff_handbook

__all__ = ["MADE_BY", "Article", "Book", "articles", "lists", "staff_handbook"]
