"""Django settings of the support line: no database, the state of calls is in the cache."""

from __future__ import annotations

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-trying-this-example")
ROOT_URLCONF = "support_line.urls"
ALLOWED_HOSTS = ["example.com"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
USE_TZ = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

MINIVOICE_WEBHOOK_SECRET = os.environ.get("MINIVOICE_WEBHOOK_SECRET", "change-me")
SUPPORT_AGENT = "+15551230070"
SUPPORT_PINS = {"4711": "Ana Silva", "1234": "Jo Lind"}
