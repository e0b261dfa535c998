// Moves a house on a map to another grid. The form beside the map does the same without it.
"use strict";
(() => {
  const map = document.querySelector(".map[data-form]");
  const form = map && document.getElementById(map.dataset.form);
  if (!form) return;
  const svg = map.querySelector("svg"), said = map.querySelector("figcaption"), words = said.textContent;
  map.classList.add("moves");
  const at = (e) => new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const points = Array.from(svg.querySelectorAll("[data-unit]"));
  let drag = null;
  const target = (p) => { // the grid of the nearest house that stays
    let best = null, far = 60;
    for (const o of points) {
      if (o.dataset.unit === drag.el.dataset.unit) continue;
      const d = Math.hypot(o.dataset.x - p.x, o.dataset.y - p.y);
      if (d < far) { far = d; best = o; }
    }
    return best && best.dataset.grid !== drag.el.dataset.grid ? best.dataset.grid : "";
  };
  const mark = (n) => svg.querySelectorAll(".area").forEach((a) => a.classList.toggle("over", a.dataset.grid === n));
  const end = () => {
    if (!drag) return;
    if (drag.ghost) drag.ghost.remove();
    mark("");
    map.classList.remove("moving");
    said.textContent = words;
    drag = null;
  };
  svg.addEventListener("pointerdown", (e) => {
    const el = e.target.closest("[data-unit]");
    if (el && e.button === 0) { drag = { el, from: at(e), ghost: null, to: "" }; e.preventDefault(); }
  });
  svg.addEventListener("dragstart", (e) => e.preventDefault());
  svg.addEventListener("pointermove", (e) => {
    if (!drag) return;
    const p = at(e);
    if (!drag.ghost) {
      if (Math.hypot(p.x - drag.from.x, p.y - drag.from.y) < 6) return;
      drag.ghost = drag.el.querySelector(".pt").cloneNode(true);
      drag.ghost.classList.add("ghost");
      svg.append(drag.ghost);
      svg.setPointerCapture(e.pointerId);
      map.classList.add("moving");
    }
    drag.ghost.setAttribute("transform", "translate(" + (p.x - drag.from.x) + " " + (p.y - drag.from.y) + ")");
    drag.to = target(p);
    mark(drag.to);
    said.textContent = drag.to ? map.dataset.into.replace("#", drag.to) : map.dataset.nowhere;
  });
  svg.addEventListener("pointerup", (e) => {
    if (!drag) return;
    const { el, to, ghost } = drag;
    end();
    if (ghost) {
      const no = (c) => { c.preventDefault(); c.stopPropagation(); };
      svg.addEventListener("click", no, { capture: true, once: true });
      setTimeout(() => svg.removeEventListener("click", no, { capture: true }), 0);
    }
    if (!to) return;
    form.elements.unit.value = el.dataset.unit;
    form.elements.to.value = to;
    form.requestSubmit();
  });
  svg.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") end(); });
})();
