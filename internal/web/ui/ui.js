// What HTML and CSS cannot do alone. Every page works without this file.
"use strict";
(() => {
  const all = (root, sel) => (root.matches && root.matches(sel) ? [root] : []).concat(Array.from(root.querySelectorAll(sel)));
  const byId = (id) => document.getElementById(id);

  // Drawer: a dialog that stands open in the page becomes a modal one.
  const openDrawer = (d) => {
    if (d.classList.contains("modal")) return;
    const from = document.activeElement;
    d.removeAttribute("open");
    d.classList.add("modal");
    d.showModal();
    const wrong = d.querySelector("[aria-invalid=true], [data-focus]");
    (wrong || d.querySelector("h2")).focus();
    d.addEventListener("close", () => {
      if (d.closest("#drawer")) d.remove();
      if (from && from.isConnected) from.focus();
    });
    d.addEventListener("click", (e) => {
      if (e.target === d && e.offsetX < 0) d.close();
    });
  };

  // Drafts live in this window only, and never hold what is marked secret.
  const kept = (f) => Array.from(f.elements).filter((e) => e.name && !/^(password|hidden|file|submit|button)$/.test(e.type) && !e.hasAttribute("data-secret") && !e.readOnly);
  // A key names the person too: the next one at this screen must not find them.
  const who = document.documentElement.dataset.who || "";
  const draftKey = (f) => "draft:" + who + ":" + f.dataset.draft;
  const store = (act) => { if (!who) return null; try { return act(sessionStorage); } catch (e) { return null; /* full or switched off: the form still works */ } };
  const saveDraft = (f) => {
    const values = kept(f).map((e) => [e.name, /^(checkbox|radio)$/.test(e.type) ? e.value : null, e.checked === undefined || !/^(checkbox|radio)$/.test(e.type) ? e.value : e.checked]);
    store((s) => s.setItem(draftKey(f), JSON.stringify(values)));
  };
  const restoreDraft = (f) => {
    const values = store((s) => JSON.parse(s.getItem(draftKey(f))));
    if (!values || f.querySelector("[aria-invalid=true]")) return;
    let changed = false;
    for (const [name, choice, value] of values) {
      const e = kept(f).find((e) => e.name === name && (choice === null || e.value === choice));
      if (!e) continue;
      const prop = choice === null ? "value" : "checked";
      if (e[prop] !== value) { e[prop] = value; changed = true; }
    }
    if (!changed) return;
    const p = document.createElement("p");
    p.className = "draftnote";
    p.setAttribute("role", "status");
    p.textContent = f.dataset.draftNote;
    f.prepend(p);
  };

  // A draft outlives the sending until a page without its form, or with good news, has come of it:
  // if the line breaks in between, what was typed is still there. What comes of it comes from the
  // page of the form; a page one goes back to, or opens anew, says nothing.
  // A page that knows nobody (an error, the sign-in page) says that the sending came to nothing.
  const dropSent = () => {
    if (!who) {
      try { sessionStorage.removeItem("sent"); } catch (e) { /* switched off: there is no draft either */ }
      return;
    }
    const [sent, from] = store((s) => JSON.parse(s.getItem("sent"))) || [];
    if (!sent) return;
    store((s) => s.removeItem("sent"));
    const came = document.referrer === from && performance.getEntriesByType("navigation").every((n) => n.type !== "back_forward");
    const here = Array.from(document.querySelectorAll("form[data-draft]")).some((f) => draftKey(f) === sent);
    if (came && (!here || document.querySelector(".notice.good"))) store((s) => s.removeItem(sent));
  };

  // Tree: narrow it to the nodes whose name holds the words, and the way to them.
  const filterTree = (tree, words) => {
    for (const li of Array.from(tree.querySelectorAll("li")).reverse()) {
      const inside = li.querySelector("li:not([hidden])");
      const hit = li.querySelector("a span").textContent.includes(words);
      li.hidden = words !== "" && !hit && !inside;
      const d = li.querySelector("details");
      if (d && words !== "" && inside) d.open = true;
    }
  };

  const setUpDrop = (box) => {
    const input = box.querySelector("input");
    const show = () => {
      const names = Array.from(input.files).map((f) => f.name).join("、");
      if (names) box.querySelector("[data-drop-name]").textContent = names;
      box.classList.toggle("picked", names !== "");
    };
    input.addEventListener("change", show);
    for (const kind of ["dragover", "dragleave", "drop"]) {
      box.addEventListener(kind, () => box.classList.toggle("over", kind === "dragover"));
    }
    show();
  };

  // Everything that a new part of the page needs once.
  const setUp = (root) => {
    all(root, "dialog[data-drawer]").forEach(openDrawer);
    all(root, "form[data-draft]").forEach(restoreDraft);
    all(root, "[data-drop]").forEach(setUpDrop);
    all(root, "[data-dismiss], [data-cancel], [data-check-all], .treefilter").forEach((e) => { e.hidden = false; });
    const errors = all(root, "[data-focus]")[0];
    if (errors) errors.focus();
  };

  const closeMenus = (but) => document.querySelectorAll("details[data-menu][open]").forEach((d) => { if (!d.contains(but)) d.open = false; });

  document.addEventListener("click", (e) => {
    const t = e.target instanceof Element ? e.target : document.body;
    closeMenus(t);
    const on = (sel) => t.closest(sel);
    if (on("[data-close]")) {
      const d = on("dialog.modal");
      if (d) { e.preventDefault(); d.close(); }
    } else if (on("[data-dismiss]")) {
      on(".notice").remove();
    } else if (on("[data-cancel]")) {
      const d = on("details");
      d.open = false;
      d.querySelector("summary").focus();
    } else if (on(".errors a")) {
      const f = byId(on(".errors a").hash.slice(1));
      if (f) { e.preventDefault(); f.scrollIntoView({ block: "center" }); (f.tagName === "FIELDSET" ? f.querySelector("input") : f).focus(); }
    }
  });

  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    const d = e.target.closest && e.target.closest("details[data-menu][open]");
    closeMenus(null);
    if (d) d.querySelector("summary").focus();
  });

  document.addEventListener("change", (e) => {
    if (!e.target.matches("[data-check-all]")) return;
    e.target.closest("table").querySelectorAll("tbody .box input").forEach((b) => { b.checked = e.target.checked; });
  });

  let timer;
  document.addEventListener("input", (e) => {
    const form = e.target.form;
    if (form && form.dataset.draft) {
      clearTimeout(timer);
      timer = setTimeout(saveDraft, 300, form);
    }
    // While Chinese is being composed the box holds letters, not words.
    if (e.target.closest(".treefilter") && !e.isComposing) filterTree(e.target.closest("[data-tree]"), e.target.value.trim());
  });
  document.addEventListener("compositionend", (e) => {
    if (e.target.closest(".treefilter")) filterTree(e.target.closest("[data-tree]"), e.target.value.trim());
  });

  // A form is sent once, however often it is pressed, unless it answers in a
  // window of its own, with a file. Signing out leaves nothing behind.
  document.addEventListener("submit", (e) => {
    const f = e.target;
    // This page answers what was sent. Whoever comes back after this form finds the page that it
    // began with, and is not asked by the browser whether to send it all again.
    const { from } = document.documentElement.dataset;
    if (from) history.replaceState(null, "", from);
    if (f.dataset.draft) {
      clearTimeout(timer);
      saveDraft(f);
      store((s) => s.setItem("sent", JSON.stringify([draftKey(f), location.href.split("#")[0]])));
    }
    if ("out" in f.dataset) store((s) => s.clear());
    if (!("once" in f.dataset) || f.hasAttribute("hx-post") || f.target === "_blank") return;
    if (f.dataset.sent) { e.preventDefault(); return; }
    f.dataset.sent = "1";
    if (e.submitter) e.submitter.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => {
    delete f.dataset.sent;
    f.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
  }));

  // An answer that is not the part asked for (an error, the sign-in page) is shown whole.
  document.addEventListener("htmx:before:response", (e) => {
    const { request, response } = e.detail.ctx;
    if (response.status < 400 && !response.raw.redirected) return;
    e.preventDefault();
    if ((request.method || "GET").toUpperCase() === "GET") location.assign(request.action);
    else location.reload();
  });
  document.addEventListener("htmx:error", () => {
    const p = document.createElement("p");
    p.className = "toast bad";
    p.textContent = byId("toast").dataset.failed;
    byId("toast").append(p);
  });

  // What htmx puts into the page is set up too, and its count is said aloud.
  new MutationObserver((records) => {
    for (const r of records) {
      for (const n of r.addedNodes) {
        if (!(n instanceof Element) || n.closest("#status")) continue;
        setUp(n);
        const said = all(n, "[data-announce]")[0];
        if (said) byId("status").textContent = said.textContent;
      }
    }
  }).observe(document.body, { childList: true, subtree: true });

  // Menus beside the page start folded where they would push the page down.
  if (matchMedia("(max-width: 900px)").matches) document.querySelectorAll("[data-fold]").forEach((d) => { d.open = false; });
  dropSent();
  setUp(document.documentElement);
})();
