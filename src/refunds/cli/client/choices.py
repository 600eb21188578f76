"""Defines command options with a fixed set of values, which are spelled as in the API (`pending_approval`)."""

from typing import Annotated, TypeAlias

from cyclopts import Parameter

from refunds.domain.attempt.reconciliation import Resolution
from refunds.domain.eligibility.eligibility import ConnectedMethod
from refunds.domain.payment.payment import MethodType, RefundMethod
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import Role

_AS_IN_THE_API = Parameter(name_transform=str.lower)

RoleChoice: TypeAlias = Annotated[Role, _AS_IN_THE_API]
StatusChoice: TypeAlias = Annotated[Status | None, _AS_IN_THE_API]
ConnectedMethodChoice: TypeAlias = Annotated[ConnectedMethod | None, _AS_IN_THE_API]
RefundMethodChoice: TypeAlias = Annotated[RefundMethod | None, _AS_IN_THE_API]
ResolutionChoice: TypeAlias = Annotated[Resolution, _AS_IN_THE_API]
MethodTypeChoice: TypeAlias = Annotated[MethodType, _AS_IN_THE_API]
