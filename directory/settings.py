"""All settings, read from the environment and from a git-ignored ``.env`` at the root.

A bad value stops the start with one sentence that names the variable. The table of variables is in
README.md; a test compares the two.
"""

import os
import warnings
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Tests point DIRECTORY_ENV_FILE elsewhere, so that nobody's own .env changes their outcome.
_env_file = Path(os.environ.get("DIRECTORY_ENV_FILE", BASE_DIR / ".env"))
if _env_file.is_file():
    env.read_env(_env_file)


def _stop(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{name} {why} Set it in the environment or in .env and start again."
    )


def _flag(name: str, default: bool) -> bool:
    text = env.str(name, default="1" if default else "0").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise _stop(name, f"is “{text}”, but must be 1 or 0.")


def _whole(name: str, default: int, least: int, most: int) -> int:
    text = env.str(name, default=str(default)).strip()
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise _stop(name, f"is “{text}”, but must be a whole number from {least} to {most}.")
    return int(text)


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env.str(name, default=default).split(",") if part.strip()]


def _country(name: str, default: str) -> str:
    text = str(env.str(name, default=default)).strip().upper()
    if len(text) != 2 or not text.isalpha():
        raise _stop(name, f"is “{text}”, but must be a country's two letters, such as US.")
    return text


def _secret(name: str) -> str:
    text = str(env.str(name, default=""))
    if not text:
        raise _stop(name, "is missing; script/server makes one, or use 50 random characters.")
    if len(text) < 32:
        raise _stop(name, "is too short; use at least 32 random characters.")
    return text


def _database(name: str) -> dict[str, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what is refused below in a sentence
            config: dict[str, Any] = dict(
                env.db_url(name, default="sqlite:///var/directory.sqlite3")
            )
    except Exception as error:
        raise _stop(
            name, "cannot be read; it looks like postgres://user@host:5432/name."
        ) from error
    engine = config.get("ENGINE")
    if engine == "django.db.backends.sqlite3":
        if config["NAME"] != ":memory:":
            file = BASE_DIR / config["NAME"]
            file.parent.mkdir(parents=True, exist_ok=True)
            config["NAME"] = str(file)
        # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start, so
        # that a read-then-write transaction waits for its turn and does not fail half-way.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;",
        }
    elif engine != "django.db.backends.postgresql":
        raise _stop(name, "must begin with sqlite:// or postgres://.")
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    return config


def _redis(name: str) -> str:
    text = str(env.str(name, default="")).strip()
    if text:
        # Loaded only where it is used; it takes 20 MB.
        from redis import ConnectionPool

        try:
            ConnectionPool.from_url(text)  # connects to nothing yet
        except (TypeError, ValueError) as error:
            raise _stop(
                name,
                "cannot be read; it looks like redis://host:6379/0, rediss://… or unix:///path.",
            ) from error
    return text


# -- what an operator sets ---------------------------------------------------------------------
DEBUG = _flag("DEBUG", default=False)
SECRET_KEY = _secret("SECRET_KEY")
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")
DATABASES = {"default": _database("DATABASE_URL")}
DIRECTORY_DEMO = _flag("DIRECTORY_DEMO", default=False)
SITE_NAME = env.str("SITE_NAME", default="Treatment Directory").strip() or "Treatment Directory"
HOME_COUNTRY = _country("HOME_COUNTRY", "US")
TRUSTED_PROXY_COUNT = _whole("TRUSTED_PROXY_COUNT", 0, 0, 5)
REDIS_URL = _redis("REDIS_URL")
IMPORT_HOSTS = _list("IMPORT_HOSTS", "findtreatment.gov,www.samhsa.gov")
GEOCODER = env.str("GEOCODER", default="").strip().lower()
GEOCODER_URL = env.str("GEOCODER_URL", default="").strip()
if GEOCODER not in {"", "nominatim", "pelias"}:
    raise _stop("GEOCODER", f"is “{GEOCODER}”, but must be empty, nominatim or pelias.")
if GEOCODER == "pelias" and not GEOCODER_URL:
    raise _stop("GEOCODER_URL", "is missing; Pelias has no public server to fall back on.")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").strip().upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise _stop("LOG_LEVEL", f"is “{LOG_LEVEL}”, but must be DEBUG, INFO, WARNING or ERROR.")

# -- the application ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "listings",
]
MIDDLEWARE = [
    "listings.web.access_log.AccessLogMiddleware",
    # These add headers to every answer, so they stand above what serves static files.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "listings.web.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Public pages hold no secret that a compressed answer could give away (BREACH), and Django
    # masks the admin's own tokens anew in every answer.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "listings.web.methods.MethodsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "directory.urls"
WSGI_APPLICATION = "directory.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "listings.web.context.site",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ru", "Русский")]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Beside STATIC_ROOT: whatever is in that folder is served.
        "OPTIONS": {"manifest_storage": FileSystemStorage(location=STATIC_ROOT.parent)},
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
# The search index as a file that all workers of this machine map; it can be deleted at any time.
INDEX_DIR = BASE_DIR / "var" / "index"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# -- what protects visitors and curators -------------------------------------------------------
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "no-referrer"  # web.headers: same-origin under the admin
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the reverse proxy redirects to https; on loopback there is no https
    "security.W021",  # preloading binds a whole domain, so its owner decides
]
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
LOGIN_REDIRECT_URL = "admin:index"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "listings.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# No 'unsafe-…' and no other origin, anywhere; the admin works under the same policy.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Log lines hold no query string, no body, no user agent and no whole address (web.access_log).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"no_input": {"()": "listings.web.access_log.WithoutInput"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "failures": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_input"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "listings": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.request": {"handlers": ["failures"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["failures"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": [], "propagate": False},
    },
}
