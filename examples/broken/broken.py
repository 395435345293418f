"""A receptionist with one typical mistake behind each key. Broken on purpose: do not copy from here."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request, url_for

BILLING = {"name": "Billing"}


def create_app() -> Flask:
    """Return the broken application."""
    app = Flask(__name__)

    @app.post("/minivoice/answer")
    def answer() -> Response:
        return menu()

    @app.get("/minivoice/chosen")
    def chosen() -> Response:
        key = request.args.get("digits")
        if key == "1":
            return document({"type": "tranfer", "destination": "+15551230099"})
        if key == "2":
            return document({"gather": {"prompt": "Say it with keys.", "num_digits": 0}}, redirect("chosen"))
        if key == "3":
            return document({"type": "transfer", "destination": BILLING["number"]})
        if key == "4":
            return document(redirect("hours"))
        return menu()  # Silence ends here too, and hears the menu for ever.

    @app.get("/minivoice/hours")
    def hours() -> Response:
        return document(redirect("holidays"))

    @app.get("/minivoice/holidays")
    def holidays() -> Response:
        return document(redirect("hours"))

    return app


def menu() -> Response:
    """Return the only menu."""
    prompt = "Press 1 for sales, 2 for support, 3 for billing, or 4 for our opening hours."
    return document({"gather": {"prompt": prompt, "num_digits": 1, "timeout_seconds": 5}}, redirect("chosen"))


def redirect(endpoint: str) -> dict[str, Any]:
    """Return the action which asks another view for the next actions."""
    return {"type": "redirect", "url": url_for(endpoint, _external=True)}


def document(*actions: dict[str, Any]) -> Response:
    """Return the answer document with these actions."""
    return jsonify(actions=actions)
