"""Counts for Prometheus: requests by route and status, and how long they took. No names, no ids.

Each process counts for itself.
"""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from web.http.logs import route, traced

KIND = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jiamei_requests_total",
            "Requests answered",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "jiamei_request_seconds",
            "Time to answer",
            ["route"],
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        self._refusals = Counter(
            "jiamei_refusals_total", "Refusals by code", ["code"], registry=self._registry
        )

    def install(self, app: Flask) -> None:
        app.after_request(self._count)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _count(self, response: Response) -> Response:
        if not traced():
            return response
        method = request.method if request.url_rule else "other"
        self._requests.labels(method, route(), str(response.status_code)).inc()
        if "began" in g:
            self._seconds.labels(route()).observe(time.perf_counter() - g.began)
        if code := g.get("refused"):
            self._refusals.labels(code).inc()
        return response
