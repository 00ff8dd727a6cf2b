"use strict";
// Shows /openapi.json and calls the API. Text from the server is only ever set as text, never as markup.

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const field = (parameter) => {
  const input = make("input", { name: parameter.name, required: parameter.required === true });
  input.dataset.place = parameter.in;
  return make("label", {}, `${parameter.name}${parameter.required ? " *" : ""}`, input,
    make("small", { textContent: parameter.description ?? "" }));
};

const address = (path, form) => {
  const query = new URLSearchParams();
  let url = path;
  for (const input of form.querySelectorAll("input[name]")) {
    if (input.dataset.place === "path") url = url.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.place === "query" && input.value !== "") query.set(input.name, input.value);
  }
  return query.size ? `${url}?${query}` : url;
};

const headers = (form) => {
  const all = {};
  const token = document.getElementById("token").value;
  if (token) all.Authorization = `Bearer ${token}`;
  for (const input of form.querySelectorAll('input[data-place="header"]')) if (input.value) all[input.name] = input.value;
  const body = form.querySelector("textarea");
  if (body?.value) all["Content-Type"] = /^\s*[{[]/.test(body.value) ? "application/json" : "application/yaml";
  return all;
};

const call = async (method, path, form, output) => {
  output.textContent = "…";
  try {
    const body = form.querySelector("textarea")?.value || undefined;
    const response = await fetch(address(path, form), { method: method.toUpperCase(), headers: headers(form), body });
    output.textContent = `${response.status} ${response.statusText}\n`;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      output.textContent = `${response.status} ${response.statusText}\n${text}`;
    }
    try { output.textContent = `${response.status} ${response.statusText}\n${JSON.stringify(JSON.parse(text), null, 2)}`; } catch { /* not JSON */ }
  } catch (error) {
    output.textContent = String(error);
  }
};

const operation = (method, path, described) => {
  const form = make("form");
  const output = make("pre");
  for (const parameter of described.parameters ?? []) form.append(field(parameter));
  if (described.requestBody) form.append(make("label", {}, "Body", make("textarea", { spellcheck: false })));
  const answers = Object.entries(described.responses ?? {}).map(([status, answer]) =>
    make("li", { textContent: `${status}: ${answer.description}` }));
  form.append(make("ul", {}, ...answers), make("button", { textContent: "Send" }), output);
  form.addEventListener("submit", (event) => { event.preventDefault(); call(method, path, form, output); });
  const summary = make("summary", {}, make("b", { textContent: method }), make("code", { textContent: path }),
    make("span", { textContent: described.summary ?? "" }));
  return make("details", { className: method }, summary, form);
};

const show = (api) => {
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of ["get", "post", "put", "delete"]) {
      if (!item[method]) continue;
      const tag = item[method].tags?.[0] ?? "";
      groups.set(tag, [...(groups.get(tag) ?? []), operation(method, path, item[method])]);
    }
  }
  const sections = [...groups].map(([tag, operations]) => make("section", {}, make("h2", { textContent: tag }), ...operations));
  document.getElementById("operations").replaceChildren(...sections);
};

document.getElementById("find").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const entry of document.querySelectorAll("details")) {
    entry.hidden = !entry.querySelector("summary").textContent.toLowerCase().includes(wanted);
  }
});

fetch("/openapi.json").then((response) => response.json()).then(show)
  .catch((error) => { document.getElementById("operations").textContent = String(error); });
