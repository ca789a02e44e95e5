/**
 * What a response to an operation says. A proxy or a crash answers in plain text, which becomes an error: better shown
 * than a JSON parser's complaint.
 */
export async function answerOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `HTTP ${response.status}: ${text || response.statusText}` }] };
  }
}
