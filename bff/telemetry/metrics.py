"""Figures for Prometheus: what operations cost. Their labels are names of ours: nothing that a client wrote."""

from typing import Final

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from schema.common.principals import Audience

_BUCKETS: Final = (1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)
_LABELS: Final = ("audience", "operation")


class CostMetrics:
    """Histograms of the cost of operations, estimated before and counted after execution, in the cost's own unit.

    `audience` is a graph's name; `operation` is query, mutation or subscription, of which each event counts.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        estimated, actual = "Estimated cost of admitted operations", "Cost of the data that came"
        name = "healthmed_operation_cost"
        self._estimated: Final = Histogram(f"{name}_estimated", estimated, _LABELS, registry=registry, buckets=_BUCKETS)
        self._actual: Final = Histogram(f"{name}_actual", actual, _LABELS, registry=registry, buckets=_BUCKETS)

    def observe(self, audience: Audience, operation: str, *, estimated: int, actual: int) -> None:
        """Count one execution."""
        self._estimated.labels(audience, operation).observe(estimated)
        self._actual.labels(audience, operation).observe(actual)


class MetricsPage:
    """Answers what Prometheus scrapes, in its text format."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry: Final = registry

    async def answer(self, _request: Request) -> Response:
        """Return all figures."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
