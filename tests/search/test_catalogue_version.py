"""Whoever reads the number first and then the rows misses nothing that twenty writers do at once.

The programs run on a database file of their own, or on PostgreSQL where the tests do.
"""

LISTINGS, WRITERS, THREADS = 200, 20, 16
SECONDS = 4.0
