// Reads codes by camera, and checks them without a network by what the service
// worker keeps. With a network the server's answer counts; without this file
// the form asks the server.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const form = document.querySelector("form[action='/check']");
  const field = form.elements.code;
  const say = (name) => document.querySelector(`#words template[data-say="${name}"]`).content.cloneNode(true);
  const tell = (name) => byId("said").replaceChildren(...(name ? [say(name)] : []));

  // base45 (RFC 9285); null if it is none.
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const base45 = (s) => {
    if (s.length % 3 === 1) return null;
    const out = [];
    for (let i = 0; i < s.length; i += 3) {
      const d = Array.from(s.slice(i, i + 3), (c) => ALPHABET.indexOf(c));
      if (d.includes(-1)) return null;
      const n = d[0] + d[1] * 45 + (d[2] || 0) * 2025;
      if (n >= (d.length === 3 ? 65536 : 256)) return null;
      if (d.length === 3) out.push(n >> 8);
      out.push(n & 255);
    }
    return Uint8Array.from(out);
  };

  // The part of CBOR that codes are written in: definite lengths, the shortest
  // form, no tags, no floats.
  const cbor = (bytes) => {
    let at = 0;
    const need = (n) => { if (at + n > bytes.length) throw new Error("cut off"); at += n; return bytes.subarray(at - n, at); };
    const item = (depth) => {
      if (depth > 5) throw new Error("too deep");
      const head = need(1)[0], kind = head >> 5;
      let n = head & 31;
      if (n > 23) {
        if (n > 27) throw new Error("not ours");
        const size = 1 << (n - 24);
        n = Array.from(need(size)).reduce((a, b) => a * 256 + b, 0);
        if (n < [24, 256, 65536, 4294967296][Math.log2(size)] || n > Number.MAX_SAFE_INTEGER) throw new Error("not the one way");
      }
      switch (kind) {
        case 0: return n;
        case 1: return -1 - n;
        case 2: return need(n).slice();
        case 3: return new TextDecoder("utf-8", { fatal: true }).decode(need(n));
        case 4: return Array.from({ length: Math.min(n, 65) }, () => item(depth + 1));
        case 5: {
          const m = new Map();
          for (let i = 0; i < n; i++) {
            const k = item(depth + 1);
            if (typeof k !== "number" || m.has(k)) throw new Error("not ours");
            m.set(k, item(depth + 1));
          }
          return m;
        }
      }
      throw new Error("not ours");
    };
    const v = item(0);
    if (at !== bytes.length) throw new Error("something follows");
    return v;
  };

  const text = (s) => new TextEncoder().encode(s);
  const string = (kind, b) => {
    const n = b.length, head = n < 24 ? [n] : n < 256 ? [24, n] : n < 65536 ? [25, n >> 8, n & 255] : [26, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
    head[0] |= kind << 5;
    return [...head, ...b];
  };

  // envelope reads a COSE_Sign1 and says what its signature covers.
  const envelope = (bytes, aad) => {
    const [head, open, payload, signature] = cbor(bytes);
    const h = cbor(head);
    if (open.size !== 0 || signature.length !== 64 || h.size !== 2) throw new Error("not ours");
    return {
      alg: h.get(1), kid: h.get(4), body: cbor(payload), signature,
      signed: Uint8Array.from([0x84, ...string(3, text("Signature1")), ...string(2, head), ...string(2, text(aad)), ...string(2, payload)]),
    };
  };
  const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
  const verify = async (spki, e) => {
    const key = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, e.signature, e.signed);
  };
  const kidOf = async (spki) => new Uint8Array(await crypto.subtle.digest("SHA-256", spki)).subarray(0, 4);
  const bytes = (b64) => Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
  const inflate = async (b) => new Uint8Array(await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());

  const ES256 = -7, BODY = -65537, LIST = 32768;

  // signedBy is the trusted key that signed at an instant, or undefined.
  const signedBy = async (keys, e, at) => {
    for (const k of keys) {
      const bad = k.get(6);
      if (k.get(1) === ES256 && e.alg === ES256 && at >= k.get(3) && at < k.get(4) && !(bad && at >= bad) && same(await kidOf(k.get(2)), e.kid) && await verify(k.get(2), e)) return k;
    }
    return undefined;
  };

  // check is the verdict without a network.
  const check = async (code, now) => {
    let e;
    try {
      if (!code.startsWith("JZB1:") || code.length > 2048) throw new Error("no code");
      e = envelope(base45(code.slice(5)), "JZB1");
    } catch (err) {
      return { why: "unreadable" };
    }
    if (e.alg !== ES256) return { why: "sm2_offline" };
    let keys, county, lists;
    try {
      const book = await (await fetch("/check/book.json")).json();
      const trust = envelope(bytes(book.trust), "JZB1 trust");
      if (!await verify(bytes(book.root), trust)) throw new Error("trust");
      keys = trust.body.get(7);
      county = trust.body.get(1);
      lists = book.status.map((s) => envelope(bytes(s), "JZB1 status"));
    } catch (err) {
      return { why: "no_list" };
    }
    const b = e.body.get(BODY);
    if (e.body.get(1) !== county) return { why: "other_area" };
    const key = await signedBy(keys, e, e.body.get(6));
    if (!key) return { why: "forged" };
    if (now >= e.body.get(4) || now + 300 < e.body.get(6) || now >= key.get(5)) return { why: "expired" };
    const [no, place] = b.get(9);
    const list = lists.find((l) => l.body.get(1) === county && l.body.get(2) === no);
    if (!list || now >= list.body.get(4) || !await signedBy(keys, list, list.body.get(6))) return { why: "no_list" };
    const bits = await inflate(list.body.get(7));
    if (bits.length !== LIST || !(place >= 0 && place < LIST * 4)) return { why: "no_list" };
    if ((bits[place >> 2] >> (2 * (place & 3))) & 3) return { why: "withdrawn" };
    const age = now - list.body.get(6);
    return { good: true, days: Math.floor(age / 86400), old: age > 86400, newer: e.body.get(6) > list.body.get(6), name: b.get(3), issued: e.body.get(6) };
  };

  const mask = (name) => {
    const r = Array.from(name);
    if (r.length < 2) return "*";
    return r.length === 2 ? r[0] + "*" : r[0] + "*".repeat(r.length - 2) + r[r.length - 1];
  };
  const fill = (node, from, to) => {
    const w = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (w.nextNode()) w.currentNode.data = w.currentNode.data.replace(from, to);
    return node;
  };
  const show = (v) => {
    if (v.why === "unreadable" || v.why === "sm2_offline") { byId("verdict").replaceChildren(); return tell(v.why); }
    tell("");
    if (!v.good) return byId("verdict").replaceChildren(say(v.why));
    const facts = say("facts");
    for (const n of facts.querySelectorAll("[data-of=name]")) v.name ? (n.tagName === "DD" && (n.textContent = mask(v.name))) : n.remove();
    facts.querySelector("dd[data-of=issuer]").textContent = byId("words").dataset.issuer;
    const d = new Date((v.issued + 8 * 3600) * 1000);
    facts.querySelector("dd[data-of=issued]").textContent = `${d.getUTCFullYear()}年${d.getUTCMonth() + 1}月${d.getUTCDate()}日`;
    byId("verdict").replaceChildren(fill(say(v.newer ? "newer" : v.old ? "old" : "good"), "{days}", v.days), facts);
  };

  // The server first: it knows of a minute ago. No answer of it: what is kept.
  const ask = async () => {
    const code = field.value.trim();
    try {
      const r = await fetch("/check", { method: "POST", body: new URLSearchParams({ code }) });
      const page = new DOMParser().parseFromString(await r.text(), "text/html").getElementById("verdict");
      if (r.status === 422) { byId("verdict").replaceChildren(); return tell("unreadable"); }
      if (!r.ok || !page) throw new Error("no answer");
      tell("");
      byId("verdict").replaceChildren(...page.childNodes);
    } catch (err) {
      show(await check(code, Math.floor(Date.now() / 1000)));
    }
    byId("verdict").scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("submit", (e) => { e.preventDefault(); e.stopPropagation(); ask(); });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/check/worker.js", { scope: "/check" });

  // Camera and photographs.
  const canvas = document.createElement("canvas"), video = byId("video"), camera = byId("camera");
  const idle = camera.textContent;
  const look = (source, w, h) => {
    const scale = Math.min(1, 1600 / Math.max(w, h));
    canvas.width = Math.round(w * scale);
    canvas.height = Math.round(h * scale);
    const c = canvas.getContext("2d", { willReadFrequently: true });
    c.drawImage(source, 0, 0, canvas.width, canvas.height);
    const found = jsQR(c.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height);
    return found && found.data;
  };
  const found = (code) => { field.value = code; ask(); };
  const stop = () => {
    if (video.srcObject) video.srcObject.getTracks().forEach((t) => t.stop());
    video.srcObject = null;
    video.hidden = true;
    camera.textContent = idle;
  };
  const step = () => {
    if (!video.srcObject) return;
    const code = video.readyState >= 2 && look(video, video.videoWidth, video.videoHeight);
    if (code && code.startsWith("JZB1:")) { stop(); return found(code); }
    setTimeout(step, 120);
  };
  camera.addEventListener("click", async () => {
    if (video.srcObject) return stop();
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.hidden = false;
      camera.textContent = say("stop").textContent;
      tell("");
      await video.play();
      step();
    } catch (err) { stop(); tell("no_camera"); }
  });
  byId("photo").addEventListener("change", async (e) => {
    const f = e.target.files[0];
    if (!f) return;
    const image = await createImageBitmap(f);
    const code = look(image, image.width, image.height);
    e.target.value = "";
    code ? found(code) : tell("no_code");
  });
  byId("scan").hidden = false;
})();
