"""What Prometheus is told of operations' costs."""

import pytest
from prometheus_client import CollectorRegistry

from bff.telemetry.metrics import CostMetrics


def test_each_execution_counts_by_its_audience_and_kind() -> None:
    registry = CollectorRegistry()
    costs = CostMetrics(registry)
    costs.observe("patient", "query", estimated=40, actual=7)
    costs.observe("patient", "query", estimated=2, actual=2)
    costs.observe("erp", "mutation", estimated=10, actual=10)

    labels = {"audience": "patient", "operation": "query"}
    assert registry.get_sample_value("healthmed_operation_cost_estimated_sum", labels) == pytest.approx(42)
    assert registry.get_sample_value("healthmed_operation_cost_actual_sum", labels) == pytest.approx(9)
    assert registry.get_sample_value("healthmed_operation_cost_actual_bucket", {**labels, "le": "5.0"}) == 1
    assert registry.get_sample_value("healthmed_operation_cost_actual_count", labels) == 2
