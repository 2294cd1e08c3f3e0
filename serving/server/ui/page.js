// Reads from a model's metadata what it takes, asks it, and shows its answer.
import { MOST_CHARACTERS, make, view } from "./views.js";

const SERIALIZED = ["examples", "inputs"]; // tf.Examples have these names, and are strings too
const byId = (id) => document.getElementById(id);
let served = null; // {name, version, signatures: {name: {input: rank}}, outputs: {name: [outputs]}}
let earlier = Promise.resolve();

// The server.

// Numbers that JSON lacks or JavaScript rounds: NaN and the infinities become null, long integers strings.
const parse = (text) => {
  const token = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const mend = (found) => {
    if (found.startsWith('"')) return found;
    if (/^-?\d+$/.test(found)) return Number.isSafeInteger(Number(found)) ? found : `"${found}"`;
    return Number.isFinite(Number(found)) ? found : "null";
  };
  return JSON.parse(text.replace(token, mend));
};

const call = async (path, body) => {
  const options = body === undefined ? {} : { method: "POST", body };
  let response, text;
  try {
    response = await fetch(path, options);
    text = await response.text();
  } catch {
    throw new Error("The server does not answer. Is it still running?");
  }
  let answer = {};
  try {
    answer = parse(text);
  } catch {
    if (response.ok) throw new Error("The server's answer is no JSON.");
  }
  if (response.ok) return answer;
  const refusal = new Error(answer.error || `The server answers with HTTP status ${response.status}.`);
  refusal.isAbsent = response.status === 404;
  throw refusal;
};

const modelPath = (name) => `/v1/models/${encodeURIComponent(name)}`;

const describe = async (name) => {
  const answer = await call(`${modelPath(name)}/metadata`);
  const all = answer.metadata.signature_def.signature_def;
  const signatures = {}, outputs = {};
  for (const [signature, { inputs, outputs: given }] of Object.entries(all).sort()) {
    const names = Object.keys(inputs).sort();
    outputs[signature] = Object.keys(given);
    if (!names.length || !names.every((each) => isText(inputs[each]))) continue;
    signatures[signature] = Object.fromEntries(inOrder(names).map((each) => [each, rank(inputs[each])]));
  }
  const readable = Object.entries(signatures).filter(([, inputs]) => !SERIALIZED.includes(Object.keys(inputs).join()));
  readable.sort(([one], [other]) => (other === "serving_default") - (one === "serving_default"));
  return { name, version: answer.model_spec.version, signatures: Object.fromEntries(readable), outputs };
};
// One text for each row, be it in a column of its own.
const isText = ({ dtype, tensor_shape: shape }) =>
  dtype === "DT_STRING" && shape.dim.slice(1).every(({ size }) => Number(size) <= 1);
const rank = ({ tensor_shape: shape }) => (shape.unknown_rank ? 1 : shape.dim.length);
// A question comes before its context, as people read them.
const inOrder = (names) => [...names].sort((one, other) => (one === "context") - (other === "context"));

const requestBody = (signature, texts) => {
  const nested = (text, depth) => (depth > 0 ? [nested(text, depth - 1)] : text);
  const ranks = Object.entries(served.signatures[signature]);
  const inputs = Object.fromEntries(ranks.map(([name, depth]) => [name, nested(texts[name], depth)]));
  return JSON.stringify({ signature_name: signature, inputs });
};

// The answer for the one text that was sent, by output name.
const firstRow = (answer, signature) => {
  const names = served.outputs[signature];
  const outputs = names.length === 1 ? { [names[0]]: answer.outputs } : answer.outputs;
  const row = ([name, value]) => [name, Array.isArray(value) && value.length === 1 ? value[0] : value];
  return Object.fromEntries(Object.entries(outputs).map(row));
};

// The form.

const fail = (error) => {
  byId("error").textContent = error.message;
  byId("error").hidden = false;
};

const texts = () =>
  Object.fromEntries([...document.querySelectorAll("#fields textarea")].map(({ name, value }) => [name, value]));

const layFields = () => {
  const names = Object.keys(served.signatures[byId("signature").value] || {});
  const before = texts();
  const fields = names.map((name, index) => {
    const box = make("textarea", "");
    box.name = name;
    box.rows = names.length === 1 || name === "context" ? 5 : 2;
    box.value = before[name] ?? "";
    box.dir = "auto";
    box.autofocus = index === 0;
    return make("label", "field", make("span", "", name), box);
  });
  byId("fields").replaceChildren(...fields);
};

const choose = (id, names, chosen) => {
  const options = names.map((name) => new Option(name, name, false, name === chosen));
  byId(id).replaceChildren(...options);
  byId(`${id}-choice`).hidden = names.length < 2;
};

const show = async (name) => {
  const signature = byId("signature").value;
  served = null; // until the model has told what it is, nothing can be asked
  served = await describe(name);
  document.title = byId("title").textContent = `Try ${name}`;
  byId("version").textContent = `version ${served.version}`;
  choose("signature", Object.keys(served.signatures), signature);
  layFields();
  checkReads();
};

const checkReads = () => {
  if (!Object.keys(served.signatures).length) throw new Error(`${served.name} has no signature that reads texts.`);
};

const predict = async () => {
  const signature = byId("signature").value, sent = texts();
  const path = `${modelPath(served.name)}/versions/${served.version}:predict`;
  const body = requestBody(signature, sent);
  const began = performance.now();
  const answer = await call(path, body);
  return { outputs: firstRow(answer, signature), sent, body, milliseconds: performance.now() - began };
};

const ask = async () => {
  let found;
  if (!served) await show(byId("model").value);
  checkReads();
  try {
    found = await predict();
  } catch (refusal) {
    if (!refusal.isAbsent) throw refusal;
    await show(served.name); // another version is in service by now
    found = await predict();
  }
  const { outputs, sent, body, milliseconds } = found;
  byId("answer").replaceChildren(...view(outputs, sent));
  byId("version").textContent = `version ${served.version}, answered in ${Math.round(milliseconds)} ms`;
  byId("outputs").textContent = JSON.stringify(outputs, null, 1).slice(0, MOST_CHARACTERS);
  const quoted = body.replaceAll("'", "'\\''");
  byId("curl").textContent = `curl -d '${quoted}' ${location.origin}${modelPath(served.name)}:predict`;
  byId("wire").hidden = false;
};

const run = async (work) => {
  byId("answer").setAttribute("aria-busy", "true");
  byId("error").hidden = true;
  byId("answer").replaceChildren();
  byId("wire").hidden = true;
  try {
    await work();
  } catch (error) {
    fail(error);
  } finally {
    byId("answer").setAttribute("aria-busy", "false");
  }
};

// One thing after the other: what is shown belongs to what was asked last.
const inTurn = (work) => () => {
  earlier = earlier.then(() => run(work));
};

const start = async () => {
  const names = await call("/models.json");
  if (!names.length) throw new Error("This server has no models.");
  choose("model", names, names[0]);
  byId("form").hidden = false;
  await show(names[0]);
};

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  inTurn(ask)();
});
byId("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("form").requestSubmit();
});
byId("model").addEventListener("change", inTurn(() => show(byId("model").value)));
byId("signature").addEventListener("change", inTurn(layFields));
inTurn(start)();
