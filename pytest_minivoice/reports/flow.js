
"use strict";
function made(tag, text, ...parts) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  node.append(...parts);
  return node;
}
function classed(name, node) { node.className = name; return node; }
function button(text, act) {
  const node = made("button", text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}
async function copy(text, told) {
  const area = made("textarea", text);
  area.style.cssText = "position:fixed;opacity:0";
  document.body.append(area);
  area.select();
  let done = document.execCommand("copy");
  area.remove();
  if (!done && navigator.clipboard) done = await navigator.clipboard.writeText(text).then(() => true, () => false);
  told.textContent = done ? "Copied" : "Press Ctrl+C";
  if (!done) getSelection().selectAllChildren(told.previousElementSibling);
  setTimeout(() => { told.textContent = "Copy"; }, 3000);
}
function copied(code) {
  const node = classed("copy", button("Copy", () => copy(code.textContent, node)));
  node.setAttribute("aria-label", "Copy the call");
  return node;
}
function line(text) {
  const code = classed("line", made("code", text));
  return made("p", "", code, copied(code));
}
document.querySelectorAll("code.line").forEach(code => code.after(copied(code)));

class Picture {
  constructor(section) {
    this.section = section;
    this.svg = section.querySelector("svg");
    this.canvas = section.querySelector(".canvas");
    this.panel = section.querySelector(".panel");
    this.size = [this.svg.width.baseVal.value, this.svg.height.baseVal.value];
    this.zoom = 1;
    this.items = new Map();
    this.into = new Map();
    this.out = new Map();
    this.boxes = new Map();
    for (const node of this.svg.querySelectorAll("[data-branches], [data-state]")) this.know(node);
    this.svg.querySelectorAll("a").forEach(node => node.setAttribute("tabindex", "-1"));
    this.here = this.boxes.get(0);
    this.here.setAttribute("tabindex", "0");
    this.svg.addEventListener("click", event => this.clicked(event));
    this.svg.addEventListener("keydown", event => this.typed(event));
    const tools = section.querySelector(".tools");
    tools.hidden = this.panel.hidden = false;
    tools.addEventListener("click", event => this.scale(event.target.dataset.zoom));
    this.search = tools.querySelector("input");
    this.told = tools.querySelector("output");
    this.search.addEventListener("input", () => this.find(0));
    this.search.addEventListener("keydown", event => { if (event.key === "Enter") this.find(this.found + 1); });
  }
  get data() {
    this.known ??= JSON.parse(this.section.querySelector(".data").textContent);
    return this.known;
  }
  know(node) {
    node.setAttribute("role", "button");
    node.setAttribute("tabindex", "-1");
    const {item, state, from, to} = node.dataset;
    if (item === undefined) {
      this.into.set(to, node);
      if (!this.out.has(from)) this.out.set(from, []);
      this.out.get(from).push(node);
    } else {
      this.items.set(item, node);
      if (!node.closest("a") && !this.boxes.has(+state)) this.boxes.set(+state, node);
    }
  }
  clicked(event) {
    const node = event.target.closest("[data-branches], [data-state]");
    if (!node) return;
    event.preventDefault();
    this.choose(node);
  }
  typed(event) {
    const node = event.target.closest("[data-branches], [data-state]");
    if (!node || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") this.choose(node);
    else if (event.key.startsWith("Arrow")) this.focus(this.beside(node, event.key.slice(5)));
    else return;
    event.preventDefault();
  }
  beside(node, way) {
    const {item, from, to} = node.dataset;
    if (way === "Left") return item === undefined ? this.items.get(from) : this.into.get(item);
    if (way === "Right") return item === undefined ? this.items.get(to) : this.leaving(item)[0];
    const arrow = item === undefined ? node : this.into.get(item);
    if (!arrow) return null;
    const all = this.leaving(arrow.dataset.from);
    const next = all[all.indexOf(arrow) + (way === "Down" ? 1 : -1)];
    return next && item !== undefined ? this.items.get(next.dataset.to) : next;
  }
  leaving(item) { return (this.out.get(item) ?? []).sort((one, other) => one.dataset.to - other.dataset.to); }
  focus(node) {
    if (!node) return;
    this.here.setAttribute("tabindex", "-1");
    this.here = node;
    node.setAttribute("tabindex", "0");
    node.focus({preventScroll: true});
    node.querySelector("rect").scrollIntoView({block: "nearest", inline: "nearest"}); // an arrow's line may be very long
  }
  choose(node, reveal = true) {
    const state = node.dataset.state;
    const box = state !== undefined && node.closest("a") ? this.boxes.get(+state) : node;
    this.svg.querySelector(".chosen")?.classList.remove("chosen");
    box.classList.add("chosen");
    if (box === node) this.focus(node); else this.go(box);
    const shown = state === undefined ? this.arrow(box.dataset.branches.split(" ").map(Number)) : this.state(+state);
    this.panel.replaceChildren(...shown);
    this.panel.scrollTop = 0;
    const {top} = this.panel.getBoundingClientRect();
    if (reveal && top > innerHeight - 120) this.panel.scrollIntoView({block: "nearest"});
  }
  go(box) {
    this.focus(box);
    const [mine, around] = [box.getBoundingClientRect(), this.canvas.getBoundingClientRect()];
    this.canvas.scrollBy(mine.left - around.left - 20, mine.top - around.top - around.height / 3);
  }
  link(state) {
    const [name, kind] = this.data.states[state];
    return kind === "end" ? made("span", name) : button(name, () => this.choose(this.boxes.get(state)));
  }
  arrow(numbers) {
    const [source, , target] = this.data.branches[numbers[0]];
    const head = made("h3", "", this.link(source), " → ", this.link(target));
    return [head, ...numbers.map((number, at) => this.branch(number, at === 0))];
  }
  state(number) {
    const [name, kind, page, prompt, destination, digits, script] = this.data.states[number];
    const parts = [made("h3", name)];
    if (kind === "end") parts.push(made("p", "The call ends."));
    if (destination) parts.push(made("p", "Calls " + destination));
    if (kind !== "end" && kind !== "dial") parts.push(prompt ? made("blockquote", prompt) : made("p", "The caller hears nothing."));
    if (page) parts.push(made("p", "Page: " + page));
    if (digits) parts.push(made("p", "Takes " + digits + (digits === 1 ? " digit" : " digits")));
    parts.push(made("p", "The shortest call that leads here:"), line(script));
    this.data.branches.forEach(([source], at) => { if (source === number) parts.push(this.branch(at, false)); });
    return parts;
  }
  branch(number, open) {
    const [, given, target, heard, codes, call, tests] = this.data.branches[number];
    const node = made("details", "");
    node.open = open;
    const sign = codes.length ? "✗ " : this.data.measured ? (tests.length ? "✓ " : "○ ") : "";
    const look = codes.length ? "failing" : this.data.measured && tests.length ? "covered" : "";
    node.append(classed(look, made("summary", sign + given + " → " + this.data.states[target][0])), line(call));
    if (heard.length) node.append(made("p", "The caller hears:"), ...heard.map(text => made("blockquote", text)));
    else node.append(made("p", "The caller hears nothing on the way."));
    node.append(...this.broken(number, codes));
    if (!this.data.measured) node.append(made("p", "Which tests take it was not measured; --minivoice-cov does."));
    else if (!tests.length) node.append(made("p", "No test takes it."));
    else node.append(made("p", "Tests that take it:"), made("ul", "", ...tests.map(at => made("li", this.data.tests[at]))));
    return node;
  }
  broken(number, codes) {
    const messages = this.data.messages[number] ?? [];
    const all = [...new Set([...codes, ...messages.map(([code]) => code)])];
    return all.flatMap(code => {
      const [name, fix, url] = this.data.rules[code] ?? ["", "", ""];
      const title = url ? made("a", code + " " + name) : made("span", code + " " + name);
      if (url) title.href = url;
      const told = messages.filter(([one]) => one === code).map(([, text]) => text).join("; ");
      return [classed("failing", made("p", "", "Breaks ", title, told ? ": " + told : "")), made("p", fix)];
    });
  }
  find(at) {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = [...this.boxes.keys()].filter(number => {
      const text = this.data.states[number].slice(0, 5).join(" ").toLowerCase();
      return words.length && words.every(word => text.includes(word));
    });
    this.found = matches.length ? at % matches.length : 0;
    this.told.textContent = words.length ? (matches.length ? this.found + 1 : 0) + " of " + matches.length : "";
    if (!matches.length) return;
    const box = this.boxes.get(matches[this.found]);
    this.choose(box, false);
    this.go(box);
    this.search.focus({preventScroll: true});
  }
  scale(how) {
    if (!how) return;
    const fit = Math.min(1, (this.canvas.clientWidth - 2) / this.size[0]);
    const wanted = how === "fit" ? fit : how === "whole" ? 1 : this.zoom * how;
    const zoom = Math.max(0.05, Math.min(4, wanted));
    const {scrollLeft, scrollTop, clientWidth, clientHeight} = this.canvas;
    const [x, y] = [scrollLeft + clientWidth / 2, scrollTop + clientHeight / 2].map(each => each * zoom / this.zoom);
    this.zoom = zoom;
    this.svg.style.width = this.size[0] * zoom + "px";
    this.svg.style.height = this.size[1] * zoom + "px";
    this.canvas.scrollTo(x - clientWidth / 2, y - clientHeight / 2);
  }
}
document.querySelectorAll(".flow").forEach(section => new Picture(section));
