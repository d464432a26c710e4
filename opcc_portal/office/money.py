"""Sums of money in words, the same on every page and paper."""


def in_pounds(amount):
    """£36,343 or £36,343.50: pence only where there are any. `amount` is a Decimal."""
    sign = "−" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.{0 if amount == amount.to_integral_value() else 2}f}"
