"""The OpenAPI description that is shipped is the one that the code says."""

from __future__ import annotations

import json

from pytest_minivoice.cloud.rest.openapi import FILE, openapi
from pytest_minivoice.cloud.rest.table import TABLE


def test_the_file_is_up_to_date():
    again = "run python -m pytest_minivoice.cloud.rest.openapi"
    assert json.loads(FILE.read_text(encoding="utf-8")) == openapi(), again


def test_every_endpoint_is_described_with_its_errors_and_where_it_is_assumed():
    paths = openapi()["paths"]
    assert sum(len(each) for each in paths.values()) == len(TABLE)
    assert paths["/v1/trunks"]["get"]["x-assumption"] == "list_shape"
    assert paths["/v1/calls"]["post"]["responses"]["429"]["description"] == (
        "cps_limit_reached, concurrent_call_limit_reached"
    )
    assert paths["/v1/calls"]["post"]["x-page"] == "calls/outbound-calls"
    assert paths["/v1/calls"]["post"]["responses"]["201"]["x-assumption"] == "created_status"
    assert len({each["operationId"] for some in paths.values() for each in some.values()}) == len(TABLE)
