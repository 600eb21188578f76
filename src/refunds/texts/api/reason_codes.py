"""Explains each of the product's own reason codes, for lists and help."""

from collections.abc import Mapping

REASON_CODE_TEXTS: Mapping[str, str] = {
    "requested_by_customer": "The customer asked for the money back.",
    "duplicate": "The customer was charged twice.",
    "fraudulent": "Somebody other than the customer made the payment.",
    "product_not_received": "The goods or the service did not arrive.",
    "product_unacceptable": "The goods or the service were not as agreed.",
    "order_canceled": "The order was canceled.",
    "subscription_canceled": "The subscription was canceled.",
    "price_adjustment": "The price was lowered afterwards.",
    "goodwill": "The merchant gives the money back as a gesture of goodwill.",
    "other": "Another reason. Describe it in the text of the reason.",
}
