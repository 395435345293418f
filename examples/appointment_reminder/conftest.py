"""A fresh appointment book and application for each test."""

from __future__ import annotations

import pytest
from appointment_reminder import Appointment, Book, create_app


@pytest.fixture
def book() -> Book:
    """Two patients to call."""
    return Book(
        Appointment(patient="Ana Silva", phone="+15551230001", day="Friday at ten"),
        Appointment(patient="Jo Lind", phone="+15551230002", day="Monday at noon"),
    )


@pytest.fixture
def minivoice_app(book, pytestconfig):
    """The application which the plugin calls."""
    return create_app(pytestconfig.getini("minivoice_webhook_secret"), book)
