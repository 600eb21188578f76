"""Holds exchange rates, which convert a money limit into currencies that the limit does not name.

`money_limits` reads the rates. No money is moved or booked by these rates. A rate says how many millionths of a
currency's unit are worth one unit of the base currency. So conversions are exact integer arithmetic.

The rates have three sources. REFERENCE contains the euro foreign exchange reference rates of the European Central Bank
of 2026-10-30. These rates are converted from the euro to the base currency and rounded to three digits. FIXED contains
currencies whose issuers state a fixed par value. The par values are against the dollar, the euro, the pound, the rand,
the rupee or the Singapore dollar. The par value of the pataca is against the Hong Kong dollar. APPROXIMATE is rounded
to two digits and used for all other currencies. So a limit in such a currency has only roughly the value of its amount
in the base currency. A tenant that needs an exact amount sets it in the parameter.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

BASE_CURRENCY = "USD"
"""Every money limit names an amount in this currency. Amounts for unnamed currencies are computed from it."""

MILLION = 1_000_000


def _rates(text: str) -> dict[str, int]:
    """Parses pairs of a currency code and its units per unit of the base currency. Returns the rates in millionths."""
    words = text.split()
    return {code: round(float(rate) * MILLION) for code, rate in zip(words[::2], words[1::2], strict=True)}


REFERENCE = _rates(
    "USD 1 EUR 0.895 JPY 157 CZK 21.8 DKK 6.69 GBP 0.746 HUF 328 PLN 3.94 RON 4.78 SEK 9.83 CHF 0.823 ISK 122 NOK 9.23 "
    "TRY 49.9 AUD 1.42 BRL 5.43 CAD 1.40 CNY 6.65 HKD 7.85 IDR 18100 ILS 3.13 INR 95.0 KRW 1340 MXN 18.9 MYR 4.06 "
    "NZD 1.77 PHP 63.7 SGD 1.28 THB 33.7 ZAR 16.7"
)
FIXED = _rates(
    "AED 3.67 AWG 1.79 AZN 1.7 BAM 1.75 BBD 2 BHD 0.376 BMD 1 BND 1.28 BOB 6.91 BSD 1 BTN 95.0 BZD 2 CUP 24 CVE 98.7 "
    "DJF 178 ERN 15 FKP 0.746 GIP 0.746 JOD 0.709 KMF 440 KYD 0.833 LSL 16.7 MOP 8.09 NAD 16.7 NPR 152 OMR 0.385 PAB 1 "
    "QAR 3.64 SAR 3.75 SHP 0.746 STN 21.9 SVC 8.75 SZL 16.7 TMT 3.5 XAF 587 XCD 2.7 XCG 1.79 XOF 587 XPF 107"
)
APPROXIMATE = _rates(
    "AFN 70 ALL 85 AMD 390 AOA 920 ARS 1400 BDT 120 BIF 3000 BWP 14 BYN 3 CDF 2800 CLF 0.024 CLP 950 COP 4000 COU 10 "
    "CRC 510 DOP 60 DZD 130 EGP 49 ETB 140 FJD 2.3 GEL 2.7 GHS 11 GMD 71 GNF 8700 GTQ 7.7 GYD 210 HNL 26 HTG 130 "
    "IQD 1300 IRR 42000 JMD 160 KES 130 KGS 87 KHR 4000 KPW 900 KWD 0.31 KZT 520 LAK 22000 LBP 90000 LKR 300 LRD 200 "
    "LYD 5.4 MAD 9.1 MDL 17 MGA 4500 MKD 55 MMK 2100 MNT 3600 MRU 40 MUR 46 MVR 15 MWK 1700 MZN 64 NGN 1500 NIO 37 "
    "PEN 3.6 PGK 4.2 PKR 280 PYG 7700 RSD 105 RUB 80 RWF 1400 SBD 8.4 SCR 14 SDG 600 SLE 23 SOS 570 SRD 37 SSP 4500 "
    "SYP 12000 TJS 9.7 TND 2.9 TOP 2.4 TTD 6.8 TWD 30 TZS 2600 UAH 42 UGX 3600 UYI 6.4 UYU 40 UYW 24 UZS 13000 VED 110 "
    "VES 110 VND 26000 VUV 120 WST 2.7 YER 240 ZMW 24 ZWG 27"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable:
    """The exchange rates that are in force from `since` on.

    `millionths` maps a currency to the millionths of its unit that are worth one unit of the base currency.
    """

    since: datetime
    millionths: Mapping[str, int]


TABLES: tuple[RateTable, ...] = (
    RateTable(since=datetime(1970, 1, 1, tzinfo=UTC), millionths={**APPROXIMATE, **FIXED, **REFERENCE}),
)
"""All tables, the oldest first. Never change a table, because decisions that used it may be replayed.

To change rates, add a new table with the time from which it is in force.
"""

CHANGES: tuple[datetime, ...] = tuple(table.since for table in TABLES[1:])
"""The times at which the rates change. A cached limit is valid until the next of these times."""


def rates_at(at: datetime) -> Mapping[str, int]:
    """Returns the exchange rates in force at the time `at`.

    Returns the earliest table if `at` is before all tables.
    """
    return TABLES[max(bisect_right([table.since for table in TABLES], at), 1) - 1].millionths
