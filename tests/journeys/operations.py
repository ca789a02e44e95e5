"""The operations of the main job, as apps send them."""

SIGN_IN = """
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { __typename ... on Session { accessToken } ... on Problem { code } }
}
"""
REGISTER = """
mutation Register($input: RegisterPatientInput!) {
  registerPatient(input: $input) { __typename ... on RegistrationPending { patientId } ... on Problem { code } }
}
"""
CONFIRM_REGISTRATION = """
mutation ConfirmRegistration($input: ConfirmRegistrationInput!) {
  confirmRegistration(input: $input) { __typename ... on Problem { code } }
}
"""
SEARCH = """
query Search($filter: DoctorFilter!) {
  doctors(filter: $filter, orderBy: DISTANCE, first: 10) {
    nodes { id name crm { number state } distanceKm priceCents nextSlot { startsAt } }
  }
}
"""
SLOTS = """
query Slots($id: ID!, $from: Date!, $days: Int!) {
  doctor(id: $id) { slots(from: $from, days: $days) { startsAt endsAt } }
}
"""
BOOK = """
mutation Book($input: BookAppointmentInput!) {
  bookAppointment(input: $input) {
    __typename
    ... on AppointmentBooked { appointment { id status startsAt priceCents doctor { id name } } }
    ... on Problem { code message }
  }
}
"""
CONFIRM = """
mutation Confirm($input: ConfirmAppointmentInput!) {
  confirmAppointment(input: $input) {
    __typename
    ... on AppointmentConfirmed { appointment { id status meeting { status url } patient { name } } }
    ... on Problem { code }
  }
}
"""
CANCEL = """
mutation Cancel($input: CancelAppointmentInput!) {
  cancelAppointment(input: $input) { __typename ... on Problem { code } }
}
"""
MEETING = "query Meeting($id: ID!) { appointment(id: $id) { status meeting { status url } } }"
START_UPLOAD = """
mutation Start($input: StartRecordUploadInput!) {
  startRecordUpload(input: $input) {
    __typename
    ... on RecordUploadStarted { record { id status } uploadUrl headers { name value } }
    ... on Problem { code }
  }
}
"""
FINISH_UPLOAD = """
mutation Finish($input: FinishRecordUploadInput!) {
  finishRecordUpload(input: $input) {
    __typename
    ... on RecordUploadFinished { record { id status } }
    ... on Problem { code }
  }
}
"""
SHARE = """
mutation Share($input: ShareRecordsInput!) {
  shareRecords(input: $input) { __typename ... on RecordsShared { shares { id } } ... on Problem { code } }
}
"""
REVOKE = """
mutation Revoke($input: RevokeShareInput!) {
  revokeShare(input: $input) { __typename ... on Problem { code } }
}
"""
READ_RECORD = "query Read($id: ID!) { record(id: $id) { id title downloadUrl } }"
COMPLETE = """
mutation Complete($input: CompleteAppointmentInput!) {
  completeAppointment(input: $input) {
    __typename
    ... on AppointmentCompleted { appointment { id status } }
    ... on Problem { code }
  }
}
"""
INVOICES = """
query Invoices {
  invoices(first: 5) { nodes { id status amountCents issuedAt appointment { id } } }
}
"""
DASHBOARD = """
query Dashboard($period: PeriodInput!) {
  dashboard(period: $period) {
    appointments { total byStatus { status count } series { startsOn count } }
    revenue { grossCents refundsCents netCents series { startsOn grossCents } }
    newPatients
  }
}
"""
