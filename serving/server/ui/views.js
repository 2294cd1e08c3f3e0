// From a model's answer to what a person sees, chosen by the names and shapes of its outputs.

export const MOST_CHARACTERS = 20000;
const MOST_BARS = 12, NUM_COLOURS = 6, SHORTEST_VECTOR = 8;

// Whatever comes from a person or a model becomes text, never markup.

export const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
};
const decimals = (value) => (value === null ? "no number" : value.toFixed(4).replace(/^-(0\.0+)$/, "$1"));
const isNumbers = (value) => Array.isArray(value) && value.every((each) => typeof each === "number");
const isStrings = (value) => Array.isArray(value) && value.every((each) => typeof each === "string");

const bars = (rows) => {
  const largest = Math.max(1, ...rows.map(({ score }) => Math.abs(score)));
  const list = make("ol", "bars");
  for (const { name, score, isChosen } of rows) {
    const fill = make("span", "fill");
    fill.style.width = `${(100 * Math.max(0, score)) / largest}%`;
    const bar = make("span", "bar", fill);
    bar.setAttribute("aria-hidden", "true");
    const parts = [make("span", "name", name), bar, make("span", "number", decimals(score))];
    list.append(make("li", isChosen ? "chosen" : "", ...parts));
  }
  return list;
};

const byScore = (names, scores, chosen) =>
  names
    .map((name, index) => ({ name, score: scores[index], isChosen: chosen.includes(name) }))
    .sort((one, other) => other.score - one.score);

const showLabels = ({ classes, scores, label, labels }) => {
  const isOne = label !== undefined;
  const chosen = isOne ? [label] : (labels || []).filter(Boolean);
  const rows = byScore(classes, scores, chosen);
  const shown = rows.filter((row, index) => index < MOST_BARS || row.isChosen);
  const more = rows.length - shown.length;
  const head = chosen.join(", ") || (labels ? "No label is over its threshold." : rows[0]?.name ?? "");
  const rest = more > 0 ? [make("p", "quiet", `${more} more are less likely.`)] : [];
  return [make("p", "verdict", head), bars(shown), ...rest];
};

// Offsets count code points, JavaScript's strings count something else.
const marked = (text, parts) => {
  const points = Array.from(text);
  const shown = make("p", "text");
  let behind = 0;
  for (const { start, end, colour, type } of parts) {
    if (start < behind || end <= start || end > points.length) continue;
    shown.append(points.slice(behind, start).join(""));
    const mark = make("mark", `colour-${colour}`, points.slice(start, end).join(""));
    if (type) mark.append(make("span", "type", type));
    shown.append(mark);
    behind = end;
  }
  shown.append(points.slice(behind).join(""));
  return shown;
};
const textWith = (texts, part, start) =>
  Object.values(texts).findLast((text) => Array.from(text).slice(start).join("").startsWith(part)) ??
  Object.values(texts)[0];

const showEntities = ({ types, texts: found, starts, ends, scores }, texts) => {
  const colours = [...new Set(types)];
  const entities = types
    .map((type, index) => ({
      type, text: found[index], start: starts[index], end: ends[index], score: scores?.[index],
      colour: colours.indexOf(type) % NUM_COLOURS,
    }))
    .filter(({ start }) => start >= 0);
  if (!entities.length) return [make("p", "verdict", "No entities"), make("p", "text", Object.values(texts)[0])];
  const rows = entities.map(({ type, text, start, end, score }) => [type, text, `${start} to ${end}`, score]);
  const body = textWith(texts, entities[0].text, entities[0].start);
  return [marked(body, entities), table(["type", "text", "characters", "score"], rows)];
};

const table = (heads, rows) => {
  const cell = (value) =>
    typeof value === "number" ? make("td", "number", decimals(value)) : make("td", "", value ?? "");
  const head = make("tr", "", ...heads.map((each) => make("th", "", each)));
  const body = make("tbody", "", ...rows.map((row) => make("tr", "", ...row.map(cell))));
  const scroll = make("div", "scroll", make("table", "", make("thead", "", head), body));
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", heads.join(", "));
  return scroll;
};

const showSpan = ({ answer, start, end, answers, scores }, texts) => {
  const parts = start >= 0 ? [{ start, end, colour: 0 }] : [];
  const verdict = make("p", "verdict", start >= 0 ? answer : "The text has no answer.");
  const others = (answers || []).map((text, index) => [text, scores?.[index]]).filter(([text]) => text);
  const best = others.length ? [table(["best parts", "score"], others)] : [];
  return [verdict, marked(texts.context ?? textWith(texts, answer, start), parts), ...best];
};

const showMasks = ({ filled, tokens, scores }) => {
  const shown = (tokens || []).flatMap((names, index) =>
    names[0] ? [make("h2", "", `[MASK] ${index + 1}`), bars(byScore(names, scores[index], [names[0]]))] : [],
  );
  const hint = shown.length ? [] : [make("p", "quiet", "Write [MASK] where a word is to be guessed.")];
  return [make("p", "verdict", filled), ...hint, ...shown];
};

const vector = (values) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const largest = Math.max(...values.map(Math.abs)) || 1;
  const set = (element, attributes) =>
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  const range = `from ${decimals(Math.min(...values))} to ${decimals(Math.max(...values))}`;
  const label = `${values.length} numbers ${range}`;
  set(svg, { viewBox: `0 -1 ${values.length} 2`, preserveAspectRatio: "none", role: "img", "aria-label": label });
  values.forEach((value, index) => {
    const bar = document.createElementNS(svg.namespaceURI, "rect");
    set(bar, { x: index, y: Math.min(0, -value / largest), width: 0.8, height: Math.abs(value) / largest });
    svg.append(bar);
  });
  const first = values.slice(0, SHORTEST_VECTOR).map(decimals).join(", ");
  const more = values.length > SHORTEST_VECTOR ? ", …" : "";
  const caption = `${values.length} numbers of length ${decimals(Math.hypot(...values))}: ${first}${more}`;
  return make("figure", "", svg, make("figcaption", "quiet", caption));
};

const showByShape = (outputs) => {
  const list = make("dl", "");
  for (const [name, value] of Object.entries(outputs)) {
    const shown =
      typeof value === "number" ? make("b", "figure", Number.isInteger(value) ? String(value) : decimals(value))
      : isNumbers(value) && value.length >= SHORTEST_VECTOR ? vector(value)
      : typeof value === "string" ? value
      : JSON.stringify(value).slice(0, MOST_CHARACTERS);
    list.append(make("dt", "", name), make("dd", "", shown));
  }
  return [list];
};

const byNames = (outputs, texts) => {
  const has = (...names) => names.every((name) => name in outputs);
  if (has("types", "texts", "starts", "ends")) return showEntities(outputs, texts);
  if (has("answer", "start", "end")) return showSpan(outputs, texts);
  if (has("filled")) return showMasks(outputs);
  if (isStrings(outputs.classes) && isNumbers(outputs.scores) && outputs.classes.length === outputs.scores.length)
    return showLabels(outputs);
  return showByShape(outputs);
};

export const view = (outputs, texts) => {
  try {
    return byNames(outputs, texts);
  } catch {
    // Another model's outputs, of the same names but other shapes.
    return showByShape(outputs);
  }
};
