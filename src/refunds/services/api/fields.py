"""Defines the types of payment and refund fields, with the limits that the OpenAPI document shows."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from refunds.domain.money import AMOUNT_MAX
from refunds.domain.payment.payment import LineItem
from refunds.domain.settings.reason_codes import REASON_CODES
from refunds.domain.tenancy import ALL_TENANTS, Principal
from refunds.runtime.schema.decoding import field_problem
from refunds.runtime.schema.fields import END
from refunds.runtime.schema.validation_messages import form
from refunds.services.api.checks.card_numbers import refuse_card_numbers
from refunds.services.api.checks.visible_text import refuse_invisible
from refunds.texts.fields import request_field_facts

PAYMENT_ID_PATTERN = r"^pay_[A-Za-z0-9]{1,40}" + END
LINE_ITEMS_MAX = 100
METADATA_KEYS_MAX = 20
LIMIT_DEFAULT = 20
LIMIT_MAX = 100
CURSOR_MEANING = "The `next_cursor` of the previous page; without it, the first page is returned."

PaymentId: TypeAlias = Annotated[
    str, form(PAYMENT_ID_PATTERN, "the id of a payment, such as pay_01", examples=["pay_01"])
]
NewTenantId: TypeAlias = Annotated[
    str,
    form(
        r"^[a-z]{3}_[A-Za-z0-9]{1,40}" + END,
        "three lower-case letters, _, and 1 to 40 letters and digits, such as mer_01",
        examples=["mer_01"],
    ),
]
Amount: TypeAlias = Annotated[int, Meta(ge=1, le=AMOUNT_MAX, description="In minor units of the currency.")]
RefundAmount: TypeAlias = Annotated[
    int,
    Meta(ge=1, le=AMOUNT_MAX, description="In minor units of the currency. If left out, the whole refundable amount."),
]
NO_AMOUNT = request_field_facts.AmountNull()
"""Reason why null is refused. NaN and unset variables become null in JSON, so null never means the whole amount."""
PartAmount: TypeAlias = Annotated[int, Meta(ge=0, le=AMOUNT_MAX, description="In minor units of the currency.")]
Currency: TypeAlias = Annotated[
    str, form(r"^[A-Z]{3}" + END, "three capital letters, such as EUR", description="ISO 4217.", examples=["EUR"])
]
Code: TypeAlias = Annotated[
    str,
    form(
        r"^[a-z][a-z0-9_]{0,63}" + END,
        "1 to 64 lower-case letters, digits and underscores, the first a letter, such as requested_by_customer",
        examples=["requested_by_customer"],
    ),
]
Text: TypeAlias = Annotated[str, Meta(max_length=500)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
GatewayName: TypeAlias = Annotated[
    str,
    form(
        r"^[a-z][a-z0-9_]{0,39}" + END,
        "1 to 40 lower-case letters, digits and underscores, the first a letter, such as sandbox",
        examples=["sandbox"],
    ),
]
OutsideId: TypeAlias = Annotated[
    str,
    form(
        r"^[\x21-\x7e]{1,128}" + END,
        "1 to 128 printable ASCII characters without spaces",
        description="An id that the gateway assigned.",
    ),
]
Token: TypeAlias = Annotated[
    str,
    form(
        r"^(?![0-9 -]{12,23}$)[\x21-\x7e]{1,128}" + END,
        "a token of 1 to 128 printable ASCII characters without spaces, never a card or account number",
        description="The gateway's token for the payment method. Card and account numbers are refused.",
        examples=["tok_ok"],
    ),
]
MetadataKey: TypeAlias = Annotated[str, form(r"^[A-Za-z0-9_-]{1,40}" + END, "1 to 40 letters, digits, _ and -")]
Metadata: TypeAlias = Annotated[
    dict[MetadataKey, Annotated[str, Meta(max_length=200)]], Meta(max_length=METADATA_KEYS_MAX)
]

PageLimit: TypeAlias = Annotated[int, Meta(ge=1, le=LIMIT_MAX, description="Maximum number of entries on a page.")]


class LineItemBody(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """One line item of a payment or refund. `amount` is for the whole line with tax; `quantity` does not multiply it.

    The lines of a payment may sum to less than the captured amount, never to more. A refund may name lines of its
    payment. In a refund, a `quantity` of 0 means that the price is reduced and no goods are returned.
    """

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    amount: PartAmount
    tax_amount: PartAmount = 0
    quantity: Annotated[int, Meta(ge=0, le=1_000_000)] = 1
    description: Annotated[str, Meta(max_length=200)] = ""


LineItems: TypeAlias = Annotated[list[LineItemBody], Meta(max_length=LINE_ITEMS_MAX)]


class ReasonBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the refund is requested."""

    code: Annotated[
        Code,
        Meta(
            description="One of the codes that `GET /v1/reason-codes` lists.",
            extra_json_schema={"x-extensible-enum": list(REASON_CODES)},
        ),
    ]
    text: Text = ""


def check_may_choose_id(principal: Principal) -> None:
    """Raises a problem 422 if the caller may not choose the id of a new object.

    Ids are unique across all tenants. So a caller with a smaller scope could find out which ids exist, or occupy an id.
    """
    if principal.scope != ALL_TENANTS:
        raise field_problem("/id", "not_choosable", request_field_facts.IdNotChoosable())


def line_items_of(items: list[LineItemBody]) -> tuple[LineItem, ...]:
    """Returns the domain's line items. Raises a problem 422 if a line has more tax than amount, or a card number."""
    for index, item in enumerate(items):
        if item.tax_amount > item.amount:
            raise field_problem(f"/line_items/{index}/tax_amount", "invalid", request_field_facts.TaxAboveAmount())
        at = f"/line_items/{index}"
        refuse_invisible({f"{at}/id": item.id})
        refuse_card_numbers({f"{at}/description": item.description}, {f"{at}/id": item.id})
    return tuple(
        LineItem(
            id=item.id,
            amount=item.amount,
            tax_amount=item.tax_amount,
            quantity=item.quantity,
            description=item.description,
        )
        for item in items
    )
