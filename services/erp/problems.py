"""What the ERP may answer instead of what was asked."""

from services.common.wire import Problem


class AlreadyRegistered(Problem):
    """The CRM or the e-mail belongs to a doctor who is registered."""

    def __init__(self) -> None:
        super().__init__(409, "ALREADY_REGISTERED", "A doctor with this CRM or e-mail is registered.")


class AlreadySuspended(Problem):
    """There is nothing left to suspend."""

    def __init__(self) -> None:
        super().__init__(409, "ALREADY_SUSPENDED", "The doctor is suspended.")


class IdempotencyConflict(Problem):
    """The same key came before with other content."""

    def __init__(self) -> None:
        super().__init__(409, "IDEMPOTENCY_CONFLICT", "This idempotency key was used for another request.")


class InvoiceConflict(Problem):
    """The appointment's invoice says something else: nothing is changed, and somebody has to look."""

    def __init__(self) -> None:
        super().__init__(409, "INVOICE_CONFLICT", "The appointment has an invoice with other content.")


class InvalidCrm(Problem):
    """Not the number and state of a doctor's registration."""

    def __init__(self) -> None:
        super().__init__(422, "INVALID_CRM", "A CRM is 1 to 7 digits, perhaps P, and a Brazilian state.")


class InvalidEmail(Problem):
    """Not an e-mail address."""

    def __init__(self) -> None:
        super().__init__(422, "INVALID_EMAIL", "This is not an e-mail address.")


class InvalidTimeZone(Problem):
    """Not an IANA time zone."""

    def __init__(self) -> None:
        super().__init__(422, "INVALID_TIME_ZONE", "This is not an IANA time zone.")


class InvalidPeriod(Problem):
    """Not a period that figures are counted for."""

    def __init__(self, max_days: int) -> None:
        super().__init__(422, "INVALID_PERIOD", f"A period is 1 to {max_days} days, the first one first.")
