"""The menu as a Django project. Django is configured once in a process: what each view does is in here."""

from __future__ import annotations

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ivr import document

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["ivr.example.com", "example.com"],
        SECRET_KEY="made up",
        MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
        LOGGING_CONFIG=None,
    )
    django.setup()


@csrf_exempt
def answer(request):
    found = document(request.path, request.META["QUERY_STRING"])
    return HttpResponse(status=204) if found is None else JsonResponse(found)


def protected(request):
    return JsonResponse(document(request.path, ""))


@csrf_exempt
def broken(request):
    return JsonResponse({"actions": {}["sales"]})


urlpatterns = [
    path("minivoice/answer", answer),
    path("minivoice/menu", answer),
    path("minivoice/webhooks", answer),
    path("protected", protected),
    path("broken", broken),
    path("slash/", answer),
]


def wsgi():
    return get_wsgi_application()


def asgi():
    return get_asgi_application()
