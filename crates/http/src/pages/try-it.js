// The page of the operations: Swagger UI with a filter over operations and, in a sandbox, with personas to call as and a
// day to call on. These are fields of the page itself; where the page has none, the script leaves them out.
"use strict";

const filter = document.getElementById("filter");
const found = document.getElementById("found");
const day = document.getElementById("sandbox-date");
const signedIn = document.getElementById("signed-in");
const personas = [...document.querySelectorAll("button[data-persona]")];

// An operation is found when each word stands somewhere in its tag, method, path, name or summary.
const isFound = (words, tag, entry) => {
  const operation = entry.get("operation");
  const told = [tag, entry.get("method"), entry.get("path"), operation.get("operationId"), operation.get("summary")];
  const text = told.join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
};

const OperationFilter = () => ({
  fn: {
    // Swagger UI's own finds tags only.
    opsFilter: (tags, phrase) => {
      const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
      const narrowed = tags.map((group, tag) =>
        group.update("operations", (entries) => entries.filter((entry) => isFound(words, tag, entry))),
      );
      return narrowed.filter((group) => group.get("operations").size > 0);
    },
  },
  // The page's own field and its link to the document stand above.
  components: { FilterContainer: () => null, InfoUrl: () => null },
  statePlugins: {
    layout: {
      wrapSelectors: {
        // What is found is shown, in tags that are folded too. The original has its state already.
        isShown: (original) => (state, thing, otherwise) =>
          (Boolean(state.get("filter")) && Array.isArray(thing) && thing[0] === "operations-tag") ||
          original(thing, otherwise),
      },
    },
  },
});

// What the document has at this path, and every component that it leads to.
const partOf = (document, path) => {
  const part = { openapi: document.openapi, info: document.info, paths: {} };
  const at = (tree, keys) => keys.reduce((node, key) => node?.[key], tree);
  const take = (keys) => {
    const node = at(document, keys);
    if (node === undefined || at(part, keys) !== undefined) return;
    const above = keys.slice(0, -1).reduce((branch, key) => (branch[key] ??= {}), part);
    above[keys.at(-1)] = node;
    JSON.stringify(node, (_, value) => {
      if (typeof value === "string" && value.startsWith("#/components/")) take(value.split("/").slice(1, 4));
      return value;
    });
  };
  take(path);
  return part;
};

// The document, once somebody opens an operation or a schema. The list of them needs the outline alone: Swagger UI takes
// more than a second to read all of the document.
const DOCUMENT = new URL("/openapi.json", location.href).href;
let loaded = null;
let loading = null;
const load = async () => {
  const answer = await fetch(DOCUMENT);
  if (!answer.ok) throw new Error(`The document is not there: the server answered ${answer.status}.`);
  loaded = await answer.json();
  return loaded;
};
const wholeDocument = () => {
  loading ??= load().catch((fault) => {
    // Opening something tries again.
    loading = null;
    throw fault;
  });
  return loading;
};

// Swagger UI goes through all that it is given for each part that it shows, which takes seconds for the whole document.
const ResolvesParts = () => ({
  afterLoad: ({ fn }) => {
    const resolve = fn.resolveSubtree;
    fn.resolveSubtree = async (outline, path, options) => {
      if (path[1] === "securitySchemes") return resolve(partOf(outline, path), path, options);
      try {
        const document = await wholeDocument();
        return await resolve(partOf(document, path), path, { ...options, baseDoc: DOCUMENT });
      } catch (fault) {
        return { errors: [fault] };
      }
    };
  },
});

// The code samples of an operation stand between its body and its answers.
const CodeSamples = () => ({
  wrapComponents: {
    responses: (Responses, system) => (props) => {
      const { createElement, Fragment } = system.React;
      const samples = loaded?.paths[props.path]?.[props.method]?.["x-codeSamples"] ?? [];
      const shown = ({ label, source }) =>
        createElement(
          "details",
          { key: label, className: "code-sample" },
          createElement("summary", null, label),
          createElement("pre", { tabIndex: 0 }, createElement("code", null, source)),
        );
      return createElement(Fragment, null, ...samples.map(shown), createElement(Responses, props));
    },
  },
});

const ui = SwaggerUIBundle({
  url: "/docs/outline.json",
  dom_id: "#operations",
  plugins: [OperationFilter, ResolvesParts, CodeSamples],
  deepLinking: true,
  // All operations and schemas at once take seconds to show.
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  // No outside address.
  validatorUrl: "none",
  requestInterceptor: (request) => {
    if (day?.value && new URL(request.url, location.href).pathname.startsWith("/v1/")) {
      request.headers["Sandbox-Date"] = day.value;
    }
    return request;
  },
  // A token is kept with the scheme that the document names.
  onComplete: () => personas.forEach((button) => (button.disabled = false)),
});

filter.addEventListener("input", () => {
  const words = filter.value.trim();
  ui.layoutActions.updateFilter(words);
  const groups = ui.specSelectors.taggedOperations();
  const count = groups.reduce((sum, group) => sum + group.get("operations").size, 0);
  const operations = count === 1 ? "1 operation fits." : `${count} operations fit.`;
  found.textContent = words && operations;
});

const callAs = async (chosen) => {
  const name = chosen.dataset.persona;
  const answer = await fetch(`/sandbox/tokens/${name}`);
  if (!answer.ok) {
    signedIn.textContent = `There is no token: the server answered ${answer.status}.`;
    return;
  }
  ui.preauthorizeApiKey("bearer", await answer.text());
  for (const button of personas) button.setAttribute("aria-pressed", String(button === chosen));
  signedIn.textContent = `Calls are made as ${name}, for 12 hours.`;
};

for (const button of personas) {
  button.addEventListener("click", () => {
    callAs(button).catch(() => (signedIn.textContent = "There is no token: the server does not answer."));
  });
}
