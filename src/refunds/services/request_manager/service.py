"""Composes the request-manager, which reviews refunds that were not reviewed when they were requested."""

from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Service
from refunds.services.request_manager.loops import ReviewLoops
from refunds.usecases.refunds.review_refund import ReviewRefund


def build(parts: Parts) -> Service:
    """Builds the service from the parts that the process has opened."""
    review = ReviewRefund(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, hints=parts.hints
    )
    loops = ReviewLoops(review=review, payments=parts.payments, hints=parts.hints, clock=parts.clock)
    return Service(name="request-manager", loops=(loops.run,))
