import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createContext, useContext, useState } from "react";

import { fill } from "./fill.js";

export const ExamplesContext = createContext([]);
export const AnswersContext = createContext({});

export const EXAMPLES_PLUGIN = { title: "Examples", icon: BookmarkIcon, content: Examples };

function BookmarkIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M6 3.5h12v17l-6-4.5-6 4.5v-17Z" strokeLinejoin="round" />
    </svg>
  );
}

/** One click fills the editors and runs what changes nothing; a mutation waits for the play button. */
function Examples() {
  const examples = useContext(ExamplesContext);
  const answers = useContext(AnswersContext);
  const { addTab, run, setOperationName, stop } = useGraphiQLActions();
  const { queryEditor, variableEditor, responseEditor } = useGraphiQL(
    pick("queryEditor", "variableEditor", "responseEditor"),
  );
  const [openName, setOpenName] = useState(examples[0].name);

  function open({ name, operation, kind, query, variables }) {
    stop();
    const shown = queryEditor.getValue();
    if (shown.trim() && !examples.some((example) => example.query === shown)) {
      addTab();
    }
    queryEditor.setValue(query);
    variableEditor.setValue(fill(variables, answers));
    responseEditor.setValue("");
    setOperationName(operation);
    setOpenName(name);
    if (kind !== "mutation") {
      run();
    }
  }

  return (
    <section className="examples">
      <h2>Examples</h2>
      <p>
        One click loads one; a query runs at once, a subscription until you stop it. Go from top to bottom: later ones
        take ids from earlier answers.
      </p>
      <ol>
        {examples.map((example) => (
          <li key={example.name}>
            <button
              type="button"
              data-example={example.name}
              aria-pressed={example.name === openName}
              disabled={!queryEditor || !variableEditor || !responseEditor}
              onClick={() => open(example)}
            >
              <span className="title">{example.title}</span>
              <span className={`kind ${example.kind}`}>{example.kind}</span>
              <span className="description">{example.description}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
