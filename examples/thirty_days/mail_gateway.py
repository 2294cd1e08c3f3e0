"""The planted drift: a gateway that forwards messages, as mails, with marks and small print of its own."""

from examples.thirty_days.ticket import Ticket

_SMALL_PRINT = (
    "This e-mail and any attachment are confidential and intended solely for the addressee. If you have received it in "
    "error, notify the sender and delete it. Scanned for malware by the gateway; registered office Kestrel Lane 4."
)


def forwarded(ticket: Ticket, number: int) -> Ticket:
    """A message as it comes through the gateway; the customer's own words stay as they are.

    Args:
        ticket: The message.
        number: A running number, which the gateway writes into the subject.
    """
    return ticket._replace(message=f"FWD [EXTERNAL] #{70_000 + number}: {ticket.message}\n\n{_SMALL_PRINT}")
