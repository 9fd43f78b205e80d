"""Print the DATABASE_URL of a PostgreSQL server where tests may make databases, or nothing.

TEST_POSTGRES_URL names it; without it the usual local ones are tried. The only argument is the
name of the database, whose test copy Django makes and drops.
"""

import getpass
import os
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg

LOCAL = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres://{user}@127.0.0.1:5432/postgres")


def main(name: str) -> str:
    """Return the address with the database called name, or an empty string."""
    chosen = os.environ.get("TEST_POSTGRES_URL")
    for url in [chosen] if chosen else [each.format(user=getpass.getuser()) for each in LOCAL]:
        try:
            with psycopg.connect(url, connect_timeout=3) as connection:
                role = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.Error as error:
            problem = str(error).strip()
            continue
        if role and role[0]:
            return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        problem = f"the role of {url} may not create databases"
    if chosen:
        sys.exit(f"TEST_POSTGRES_URL cannot be used: {problem}")
    return ""


if __name__ == "__main__":
    print(main(sys.argv[1]))
