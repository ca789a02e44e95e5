"""The operations by which people come, go, and get back in."""

_SESSION = "... on Session { accessToken refreshToken expiresAt }"
_CHALLENGE = "... on ChallengeRequired { challenge session totp { secret uri } }"
_PROBLEM = "... on Problem { code message }"

SIGN_IN = f"""
mutation SignIn($input: SignInInput!) {{
  signIn(input: $input) {{ __typename {_SESSION} {_CHALLENGE} {_PROBLEM} }}
}}
"""
ANSWER = f"""
mutation Answer($input: AnswerChallengeInput!) {{
  answerChallenge(input: $input) {{ __typename {_SESSION} {_CHALLENGE} {_PROBLEM} }}
}}
"""
REFRESH = f"""
mutation Refresh($input: RefreshSessionInput!) {{
  refreshSession(input: $input) {{ __typename {_SESSION} {_PROBLEM} }}
}}
"""
SIGN_OUT = f"mutation SignOut($input: SignOutInput!) {{ signOut(input: $input) {{ __typename {_PROBLEM} }} }}"
FORGOT = f"""
mutation Forgot($input: ForgotPasswordInput!) {{
  forgotPassword(input: $input) {{ __typename ... on CodeSent {{ validMinutes }} {_PROBLEM} }}
}}
"""
RESEND = f"""
mutation Resend($input: ResendConfirmationInput!) {{
  resendConfirmation(input: $input) {{ __typename ... on CodeSent {{ validMinutes }} {_PROBLEM} }}
}}
"""
RESET = f"mutation Reset($input: ResetPasswordInput!) {{ resetPassword(input: $input) {{ __typename {_PROBLEM} }} }}"
ENROL_TOTP = f"""
mutation Enrol($input: EnrolTotpInput!) {{
  enrolTotp(input: $input) {{ __typename ... on TotpSecret {{ secret uri }} {_PROBLEM} }}
}}
"""
CONFIRM_TOTP = f"mutation Take($input: ConfirmTotpInput!) {{ confirmTotp(input: $input) {{ __typename {_PROBLEM} }} }}"
REGISTER_DOCTOR = """
mutation RegisterDoctor($input: RegisterDoctorInput!) {
  registerDoctor(input: $input) { __typename ... on DoctorRegistered { doctor { id } } ... on Problem { code } }
}
"""
