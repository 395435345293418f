"""The three addresses that MiniVoice requests."""

from __future__ import annotations

from django.urls import path

from support_line import views

urlpatterns = [
    path("minivoice/answer", views.answer),
    path("minivoice/pin/<int:attempt>", views.pin_entered, name="pin"),
    path("minivoice/webhooks", views.webhook),
]
