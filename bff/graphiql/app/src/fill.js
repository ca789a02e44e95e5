const DAY_IN_MILLISECONDS = 86_400_000;

/** "{path.to.0.value}" | "{today}" | "{today+7}" | "{now+30}" | "{key}", each a whole JSON string. */
const PLACEHOLDER = /"\{([^{}"]+)\}"/g;
const MOMENT = /^(today|now)(?:([+-]\d+))?$/;

/**
 * The variables of an example with its placeholders filled in: dates and instants (plus days) from this browser's
 * clock, a fresh idempotency key, and values of earlier answers by path. A placeholder whose answer is not there yet
 * stays as it is, in plain sight.
 */
export function fill(template, answers) {
  return template.replace(PLACEHOLDER, (placeholder, name) => {
    const value = name === "key" ? crypto.randomUUID() : (moment(name) ?? at(answers, name));
    return value === undefined ? placeholder : JSON.stringify(value);
  });
}

function moment(name) {
  const [, kind, days = "0"] = MOMENT.exec(name) ?? [];
  if (!kind) {
    return undefined;
  }
  const instant = new Date(Date.now() + Number(days) * DAY_IN_MILLISECONDS).toISOString();
  return kind === "today" ? instant.slice(0, 10) : instant;
}

function at(answers, path) {
  return path.split(".").reduce((value, step) => value?.[step] ?? undefined, answers);
}
