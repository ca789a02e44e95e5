import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import { useState } from "react";
import { createRoot } from "react-dom/client";

import { AnswersContext, EXAMPLES_PLUGIN, ExamplesContext } from "./Examples.jsx";
import { connect } from "./endpoint.js";
import { fill } from "./fill.js";
import { MemoryStorage } from "./memory.js";
import { SignIn } from "./SignIn.jsx";
import "./style.css";

/** What bff/graphiql/page.py wrote into the page: {audience, audiences, endpoint, examples, demo}. */
const config = JSON.parse(document.getElementById("config").textContent);

const [first] = config.examples;
const { label } = config.audiences.find(({ name }) => name === config.audience);
const endpoint = connect(config.endpoint);
const storage = new MemoryStorage();
let shownTab = 0;
const plugins = [EXAMPLES_PLUGIN, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

function Header({ session, onSession }) {
  return (
    <header className="bar">
      <h1 className="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 21s-8-5-8-11a4.6 4.6 0 0 1 8-3 4.6 4.6 0 0 1 8 3c0 6-8 11-8 11Z" />
          <path className="pulse" d="M5 12h4l1.5-3 3 6 1.5-3h4" />
        </svg>
        HealthMed
      </h1>
      <nav className="audiences" aria-label="Graphs">
        {config.audiences.map((audience) => (
          <a
            key={audience.name}
            href={audience.endpoint}
            aria-current={audience.name === config.audience ? "page" : undefined}
          >
            {audience.label}
          </a>
        ))}
      </nav>
      <code className="address">{config.endpoint}</code>
      {config.demo && <SignIn demo={config.demo} endpoint={endpoint} session={session} onSession={onSession} />}
    </header>
  );
}

/** GraphiQL ends a subscription with a change of tabs, but for a new one, where its answers would go on to appear. */
function endStreamOfHiddenTab({ activeTabIndex }) {
  if (activeTabIndex !== shownTab) {
    shownTab = activeTabIndex;
    endpoint.endStream();
  }
}

function Page() {
  const [session, setSession] = useState(null);

  function changeSession(next) {
    endpoint.setToken(next?.accessToken ?? null);
    setSession(next);
  }

  return (
    <ExamplesContext value={config.examples}>
      <AnswersContext value={endpoint.answers}>
        <Header session={session} onSession={changeSession} />
        <main className="workbench">
          <GraphiQL
            fetcher={endpoint.fetcher}
            storage={storage}
            plugins={plugins}
            visiblePlugin={EXAMPLES_PLUGIN}
            shouldPersistHeaders={false}
            onTabChange={endStreamOfHiddenTab}
            initialQuery={first.query}
            initialVariables={fill(first.variables, endpoint.answers)}
            defaultEditorToolsVisibility="variables"
          >
            <GraphiQL.Logo>
              <span className="graph-name">{label} graph</span>
            </GraphiQL.Logo>
          </GraphiQL>
        </main>
      </AnswersContext>
    </ExamplesContext>
  );
}

createRoot(document.getElementById("root")).render(<Page />);
