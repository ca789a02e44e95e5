import msgspec
import pytest

from clients.google.models import CalendarEvent, ConferenceStatus, EventKey
from clients.scheduling.models import Appointment
from schema.common.enums import MeetingStatus
from schema.doctor.meetings import Meeting, conference
from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

MEETINGS = """{ me { appointments { nodes { meeting {
    status url calendarEvent { deleted status url }
} } } } }"""
EVENT = {"deleted": False, "status": "READY", "url": "https://meet.example/live-event1"}


async def test_a_meeting_shows_its_event_as_the_calendar_has_it(ask: Asking, downstreams: Downstreams) -> None:
    """All events of a list are read by one batch."""
    data, errors = await ask.doctor(MEETINGS)
    assert errors == {}
    assert data is not None
    meetings = [node["meeting"] for node in data["me"]["appointments"]["nodes"]]
    assert meetings[0] == {"status": "READY", "url": "https://meet.example/1", "calendarEvent": EVENT}
    assert downstreams.calls == {
        "scheduling GET /appointments/of-doctors": 1,
        "scheduling GET /doctors": 1,
        "google POST /batch/calendar/v3": 1,
    }


async def test_without_google_the_stored_link_stays(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size, downstreams.down = 1, {"google"}
    data, errors = await ask.doctor(MEETINGS)
    assert data is not None
    assert data["me"]["appointments"]["nodes"][0]["meeting"] == {
        "status": "READY",
        "url": "https://meet.example/1",
        "calendarEvent": {"deleted": None, "status": None, "url": None},
    }
    assert set(errors.values()) == {"UpstreamUnavailable"}


def test_there_is_no_event_before_scheduling_knows_of_one() -> None:
    pending = {"status": "PENDING", "url": None, "eventId": None}
    appointment = msgspec.convert(samples.appointment("apt_1", meeting=pending), Appointment)
    meeting = Meeting.of(appointment)
    assert meeting is not None
    assert meeting.event_in("doctor1@clinic.example") is None


def test_there_is_no_meeting_before_confirmation() -> None:
    assert Meeting.of(msgspec.convert(samples.appointment("apt_1", meeting=None), Appointment)) is None


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (ConferenceStatus.PENDING, MeetingStatus.PENDING),
        (ConferenceStatus.READY, MeetingStatus.READY),
        (ConferenceStatus.FAILED, MeetingStatus.FAILED),
        (None, None),
    ],
)
def test_googles_status_is_a_meetings_status(status: ConferenceStatus | None, shown: MeetingStatus | None) -> None:
    key = EventKey("doctor1@clinic.example", "event1")
    event = CalendarEvent(key=key, cancelled=False, appointment_id=None, conference=status, url=None)
    assert conference(event) == shown
