// Draws on a photograph what is to be blackened. The field beside it says the same in words, and does it without this.
"use strict";
(() => {
  const figure = document.querySelector(".blacken[data-field]");
  const field = figure && document.querySelector("textarea[name='" + figure.dataset.field + "']");
  if (!field) return;
  const stage = figure.querySelector(".stage"), add = figure.querySelector("button"), said = figure.querySelector("figcaption"), words = figure.dataset;
  const least = 1, most = Number(words.most);
  const round = (n) => Math.round(n * 10) / 10, within = (n, lo, hi) => Math.min(Math.max(n, lo), hi);
  let areas = [], odd = []; // what is typed and cannot be read stays as it is
  const fits = (a) => a.length === 4 && a.every((n) => n >= 0 && n <= 100) && a[2] > 0 && a[3] > 0;
  const read = () => {
    const lines = field.value.split("\n").filter((l) => l.trim()).map((l) => [l, l.replace(/[，、]/g, ",").split(",").map(Number)]);
    areas = lines.filter((l) => fits(l[1])).map((l) => l[1]);
    odd = lines.filter((l) => !fits(l[1])).map((l) => l[0]);
  };
  const write = () => {
    field.value = areas.map((a) => a.map(round).join(",")).concat(odd).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const place = (box, a) => ["left", "top", "width", "height"].forEach((k, i) => { box.style[k] = a[i] + "%"; });
  const boxes = () => Array.from(stage.querySelectorAll("button"));
  const draw = (focus) => {
    boxes().forEach((b) => b.remove());
    areas.forEach((a, i) => {
      const box = document.createElement("button");
      box.type = "button";
      box.setAttribute("aria-label", words.box.replace("#", i + 1));
      box.title = words.keys;
      place(box, a);
      stage.append(box);
      if (i === focus) box.focus();
    });
    add.disabled = areas.length >= most;
    said.textContent = areas.length ? words.count.replace("#", areas.length) : words.none;
  };
  const keep = (focus) => { write(); draw(focus); };
  const at = (e) => {
    const r = stage.getBoundingClientRect();
    return [within((e.clientX - r.left) / r.width * 100, 0, 100), within((e.clientY - r.top) / r.height * 100, 0, 100)];
  };
  const moved = (a, dx, dy) => [within(a[0] + dx, 0, 100 - a[2]), within(a[1] + dy, 0, 100 - a[3]), a[2], a[3]];
  let drag = null;
  stage.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    const i = boxes().indexOf(e.target);
    if (i < 0 && areas.length >= most) return;
    e.preventDefault();
    const from = at(e);
    if (i < 0) areas.push([from[0], from[1], 0, 0]);
    drag = { i: i < 0 ? areas.length - 1 : i, made: i < 0, from, was: areas[i < 0 ? areas.length - 1 : i] };
    draw(drag.i);
    stage.setPointerCapture(e.pointerId);
  });
  stage.addEventListener("pointermove", (e) => {
    if (!drag) return;
    const p = at(e);
    areas[drag.i] = drag.made
      ? [Math.min(p[0], drag.from[0]), Math.min(p[1], drag.from[1]), Math.abs(p[0] - drag.from[0]), Math.abs(p[1] - drag.from[1])]
      : moved(drag.was, p[0] - drag.from[0], p[1] - drag.from[1]);
    place(boxes()[drag.i], areas[drag.i]);
  });
  const end = (kept) => {
    if (!drag) return;
    const a = areas[drag.i], i = drag.i;
    if (!kept) areas[i] = drag.was;
    if (drag.made && (!kept || a[2] < least || a[3] < least)) areas.splice(i, 1);
    drag = null;
    keep(Math.min(i, areas.length - 1));
  };
  stage.addEventListener("pointerup", () => end(true));
  stage.addEventListener("pointercancel", () => end(false));
  stage.addEventListener("dragstart", (e) => e.preventDefault());
  stage.addEventListener("keydown", (e) => {
    const i = boxes().indexOf(e.target), step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (i < 0) return;
    const a = areas[i];
    if (step && e.shiftKey) areas[i] = [a[0], a[1], within(a[2] + step[0], least, 100 - a[0]), within(a[3] + step[1], least, 100 - a[1])];
    else if (step) areas[i] = moved(a, step[0], step[1]);
    else if (e.key === "Delete" || e.key === "Backspace") areas.splice(i, 1);
    else return;
    e.preventDefault();
    keep(Math.min(i, areas.length - 1));
    if (!areas.length) add.focus();
  });
  add.addEventListener("click", () => { areas.push([40, 40, 20, 20]); keep(areas.length - 1); });
  field.addEventListener("change", () => { read(); draw(-1); });
  read();
  figure.classList.add("draws");
  draw(-1);
})();
