"""The WSGI application, for a server and for the tests."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "support_line.settings")
application = get_wsgi_application()
