"""Django settings; everything that differs between installations comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from komma.config.environment import Environment
from komma.config.services import mailers, sealed_store
from komma.config.signin import oidc_providers

env = Environment.read()

BASE_DIR = Path(__file__).resolve().parent.parent
KOMMA_MODE = env.mode
KOMMA_DATA_DIR = env.data_dir
KOMMA_KEY_DIR = env.key_dir
KOMMA_URL = env.url
KOMMA_DEMO = env.mode == "demo"
# Who runs this site, for the imprint: lines separated by "|".
KOMMA_OPERATOR = os.environ.get("KOMMA_OPERATOR", "")

DEBUG = env.debug
SECRET_KEY = env.secret_key
SECURE = env.url.startswith("https://")
ALLOWED_HOSTS = [urlsplit(env.url).hostname or "", "localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "komma.core",
    "komma.people",
    "komma.municipalities",
    "komma.procedures",
    "komma.prevention",
    "komma.cases",
    "komma.reporting",
    "komma.portal",
    "komma.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "komma.core.headers.never_cached",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "komma.core.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "komma.core.sessions.middleware.AuthenticationMiddleware",
    "komma.core.ui.unsent.keep_unsent",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "komma.core.rows.middleware.RowMiddleware",
    "komma.core.vault.session.VaultMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "komma.people.middleware.SecondFactorMiddleware",
]

# Reporters move here: the account session is neither read nor written, so that a signed-in
# employee who reports is not linked to the report.
KOMMA_SESSIONLESS = (
    "/melden/",
    "/postfach/",
    "/jetzt/",
    "/hilfe/",
    "/verlassen/",
    "/kalender/",
    "/healthz",
    "/readyz",
)
# Answered without a database transaction.
KOMMA_TRANSACTIONLESS = ("/static/", "/healthz", "/readyz")

ROOT_URLCONF = "komma.config.urls"
WSGI_APPLICATION = "komma.config.wsgi.application"
FORM_RENDERER = "komma.core.ui.renderer.KommaRenderer"
CSRF_FAILURE_VIEW = "komma.core.ui.errors.csrf_failure"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "komma.portal.context.interface",
            ],
        },
    },
]

# --- Database: one alias; the role is chosen by the `komma` command before this file loads.
_options: dict[str, Any] = {
    # Values travel apart from the statement, so that they stand in no log and no activity view.
    "server_side_binding": True,
    # Under row policies planning costs more than running: each connection keeps its plans.
    "prepare_threshold": 3,
}
if env.mode != "test":
    # A process has fewer threads than connections, so that only a lost database makes them wait.
    # The pool asks for it ever more rarely, up to reconnect_timeout: the longest a page stays
    # away after the database has come back. All in seconds.
    _options |= {"pool": {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 10}}
_database = env.database()
DATABASES = {
    "default": _database
    | {
        "OPTIONS": _database["OPTIONS"] | _options,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language, time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# --- Static files, files
STATIC_URL = "/static/"
STATIC_ROOT = env.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = env.debug
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.data_dir / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "sealed": sealed_store(env.data_dir),
}
# Nothing uploaded may touch the disk in clear: only the in-memory handler, and views that take
# files put the sealing handler in its place.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Far more than KOMMA_MAX_FILES, so that too many files get an answer in words instead of a 400.
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
KOMMA_MAX_FILES = 20
KOMMA_MAX_FILE_BYTES = 50 * 1024 * 1024

# --- Sessions, cookies, headers
SESSION_ENGINE = "komma.core.sessions.store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_NAME = "__Host-sitzung" if SECURE else "sitzung"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_AGE = None
CSRF_TRUSTED_ORIGINS = [env.url]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, before TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
KOMMA_LEAVE_TARGET = "https://www.dwd.de/"
SECURE_CSP = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'", KOMMA_LEAVE_TARGET.rstrip("/")],
    "img-src": ["'self'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
}

# --- Accounts: by invitation only, e-mail address and password, passkeys, single sign-on
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/start/"
PASSWORD_HASHERS = ["komma.people.hashers.PepperedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "komma.people.passwords.BlockListValidator"},
]
KOMMA_VAULT_IDLE = timedelta(minutes=20)
KOMMA_UNLOCK_URL = "people:unlock"
# A function of a person's id: must this person have a second factor?
KOMMA_SECOND_FACTOR_RULE = "komma.municipalities.queries.opens_cases"
ACCOUNT_ADAPTER = "komma.people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation has proven the address
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "komma.people.forms.SignInForm",
    "reauthenticate": "komma.people.forms.ReauthenticateForm",
}
# Guessing passwords is limited by komma.people.adapters; of allauth's own counters only the one
# for second factors stays, which knows no addresses.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/5m/key",
    "reauthenticate": "20/m/user",
}
MFA_ADAPTER = "komma.people.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "KommA"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are up to 30 seconds off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # http://localhost
MFA_FORMS = {
    "authenticate": "komma.people.forms.SecondFactorForm",
    "reauthenticate": "komma.people.forms.SecondFactorAgainForm",
    "activate_totp": "komma.people.forms.ActivateAppForm",
    "login_webauthn": "komma.people.forms.SignInPasskeyForm",
    "authenticate_webauthn": "komma.people.forms.SecondFactorPasskeyForm",
    "reauthenticate_webauthn": "komma.people.forms.PasskeyAgainForm",
    "add_webauthn": "komma.people.forms.AddPasskeyForm",
    "edit_webauthn": "komma.people.forms.EditPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": None}
SOCIALACCOUNT_ADAPTER = "komma.people.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = oidc_providers()
SOCIALACCOUNT_AUTO_SIGNUP = False
# A plain link leads to the provider: a form could not, under the policy for content.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # never links accounts by e-mail alone
SOCIALACCOUNT_STORE_TOKENS = False

# --- Mail: neutral, without content
DEFAULT_FROM_EMAIL = os.environ.get("KOMMA_MAIL_FROM") or "KommA <nicht-antworten@localhost>"
MAILERS = mailers(env.mode, env.data_dir)

# --- Background work on PostgreSQL
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Cache: per process, holds rate counters only (HMAC of addresses, never addresses)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # By default 300: as many addresses would make the counters forget all others. This many
        # take some 60 MB, and only while somebody tries just that.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- Log: no access log, no values of statements, no addresses
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name} {message}", "style": "{"}},
    "filters": {"terse": {"()": "komma.core.logs.WithoutDetails"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["terse"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": [], "propagate": False},
        "komma": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
