import { useState } from "react";

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on Session { accessToken expiresAt }
    ... on Problem { message code }
  }
}`;

/**
 * Signs in through the endpoint's own signIn mutation: by one click as the demo person, or with a login and password
 * typed in. `session` is null or {name, accessToken, expiresAt}.
 */
export function SignIn({ demo, endpoint, session, onSession }) {
  const [isTyping, setIsTyping] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState(null);

  async function signIn(name, login, password) {
    setIsBusy(true);
    setFailure(null);
    try {
      const { data, errors } = await endpoint.send({
        query: SIGN_IN,
        variables: { input: { login, password } },
        operationName: "SignIn",
      });
      const answer = data?.signIn;
      if (answer?.__typename === "Session") {
        onSession({ name, ...answer });
        setIsTyping(false);
      } else {
        setFailure(answer?.message ?? errors?.[0]?.message ?? `${answer?.__typename}: go on with answerChallenge`);
      }
    } catch (error) {
      setFailure(`The endpoint does not answer: ${error.message}`);
    } finally {
      setIsBusy(false);
    }
  }

  function submit(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn(form.get("login"), form.get("login"), form.get("password"));
  }

  if (session) {
    const until = new Date(session.expiresAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return (
      <div className="sign-in" role="status">
        <span className="person">
          Signed in as <strong>{session.name}</strong> until {until}
        </span>
        <button type="button" onClick={() => onSession(null)}>
          Sign out
        </button>
      </div>
    );
  }

  return (
    <div className="sign-in">
      {failure && (
        <span className="failure" role="alert">
          {failure}
        </span>
      )}
      {isTyping ? (
        <form onSubmit={submit}>
          <input name="login" aria-label="Login" placeholder={demo.loginHint} autoComplete="off" required autoFocus />
          <input name="password" aria-label="Password" placeholder="Password" type="password" autoComplete="off" required />
          <button type="submit" className="primary" disabled={isBusy}>
            Sign in
          </button>
          <button type="button" onClick={() => setIsTyping(false)}>
            Cancel
          </button>
        </form>
      ) : (
        <>
          <button
            type="button"
            className="primary"
            disabled={isBusy}
            onClick={() => signIn(demo.name, demo.login, demo.password)}
          >
            Sign in as {demo.name}
          </button>
          <button type="button" onClick={() => setIsTyping(true)}>
            Another login…
          </button>
        </>
      )}
    </div>
  );
}
