// Finds things on a page as a person does. Called by query in page.go as
// (function)(name of one below, [text of the part to look in, arguments…]);
// answers {value} or {error}, and the caller tries again until it is patient no more.
(call, [within, ...args]) => {
  const squash = s => (s || '').replace(/\s+/g, ' ').trim();
  const shows = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getClientRects().length > 0;
  const fail = text => { throw {problem: text}; };

  const regions = 'tr, li, article, section, fieldset, form, dialog, details, nav, aside, main, [role=row], [role=listitem], [role=dialog], [role=region], [role=group], [role=tabpanel]';
  const places = () => {
    if (!within) return [document.body];
    const all = [...document.querySelectorAll(regions)].filter(e => shows(e) && squash(e.innerText).includes(squash(within)));
    const smallest = all.filter(e => !all.some(o => o !== e && e.contains(o)));
    return smallest.length ? smallest : fail(`no part of the page shows “${within}”`);
  };

  const role = e => e.getAttribute('role') || {
    A: 'link', BUTTON: 'button', SUMMARY: 'button', SELECT: 'combobox', TEXTAREA: 'textbox', LABEL: 'label', OPTION: 'option',
    INPUT: {submit: 'button', button: 'button', reset: 'button', image: 'button', checkbox: 'checkbox', radio: 'radio'}[e.type] || 'textbox',
  }[e.tagName] || e.tagName.toLowerCase();

  // name is the accessible name, as far as pages of forms and tables need it.
  const name = e => {
    const by = (e.getAttribute('aria-labelledby') || '').split(/\s+/).map(id => id && document.getElementById(id)).filter(Boolean);
    const label = by.length ? by.map(o => o.textContent).join(' ')
      : e.getAttribute('aria-label')
      || (e.labels && e.labels.length ? [...e.labels].map(l => l.textContent).join(' ') : '')
      || (e.tagName === 'INPUT' && role(e) === 'button' ? e.value : '')
      || (['INPUT', 'SELECT', 'TEXTAREA'].includes(e.tagName) ? '' : e.innerText || e.textContent)
      || e.getAttribute('alt') || e.getAttribute('title') || e.querySelector('img[alt]')?.alt;
    return squash(label);
  };

  // one picks the element with a name: the whole name first, then its beginning, then a part.
  const one = (found, wanted, what) => {
    wanted = squash(wanted);
    for (const fits of [n => n === wanted, n => n.startsWith(wanted), n => n.includes(wanted)]) {
      const hits = found.filter(e => fits(name(e)));
      if (hits.length === 1) return hits[0];
      if (hits.length > 1) fail(`${hits.length} ${what}s fit “${wanted}”: ` + hits.map(e => `${role(e)} “${name(e)}”`).join(', '));
    }
    return fail(`no ${what} “${wanted}”; there is: ` + found.map(e => `${role(e)} “${name(e)}”`).slice(0, 40).join(', '));
  };

  const fields = 'input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]):not([type=image]), select, textarea, [contenteditable=true]';
  const field = label => one(places().flatMap(p => [...p.querySelectorAll(fields)]).filter(e => shows(e) || e.type === 'file'), label, 'field');
  const enabled = e => e.matches(':disabled') || e.getAttribute('aria-disabled') === 'true' ? fail(`“${name(e)}” is disabled`) : e;
  const tell = (e, ...types) => types.forEach(type => e.dispatchEvent(new Event(type, {bubbles: true})));

  const acts = {
    shown: () => places().map(e => e.innerText).join('\n'),

    clickable: (wantedRole, wanted) => {
      const kinds = 'a[href], button, summary, label, input[type=submit], input[type=button], input[type=reset], input[type=image], input[type=checkbox], input[type=radio], '
        + '[role=button], [role=link], [role=tab], [role=menuitem], [role=option], [role=checkbox], [role=radio], [role=switch]';
      let found = places().flatMap(p => [...p.querySelectorAll(kinds)]).filter(shows);
      // A box and its label are one thing; a box that is drawn by its label is clicked there.
      found = found.filter(e => !(e.tagName === 'LABEL' && e.control && found.includes(e.control)));
      if (wantedRole) found = found.filter(e => role(e) === wantedRole || (e.tagName === 'LABEL' && e.control && role(e.control) === wantedRole));
      const e = enabled(one(found, wanted, wantedRole || 'link, button or label'));
      e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
      const r = [...e.getClientRects()].find(r => r.width && r.height) || fail(`“${wanted}” has no size`);
      const x = r.left + r.width / 2, y = r.top + r.height / 2;
      const hit = document.elementFromPoint(x, y);
      if (!hit || !(e.contains(hit) || hit.contains(e) && hit.tagName === 'LABEL' || hit.closest('label')?.control === e))
        fail(`“${wanted}” is covered by ${hit ? hit.outerHTML.slice(0, 120) : 'nothing on the screen'}`);
      return {X: x, Y: y};
    },

    // fill answers true when the caller is to type the value.
    fill: (label, value) => {
      const e = enabled(field(label));
      if (e.readOnly) fail(`“${label}” is read-only`);
      if (e.tagName === 'SELECT' || ['checkbox', 'radio', 'file'].includes(e.type)) fail(`“${label}” is not typed into: it is a ${e.type}`);
      e.scrollIntoView({block: 'center', behavior: 'instant'});
      e.focus();
      if (['date', 'time', 'month', 'datetime-local', 'range', 'color'].includes(e.type)) {
        e.value = value;
        if (e.value !== value) fail(`“${label}” does not take ${value}`);
        tell(e, 'input', 'change');
        return false;
      }
      if (value === '') {
        e.value = '';
        tell(e, 'input', 'change');
        return false;
      }
      if (e.select) e.select(); else document.execCommand('selectAll');
      return true;
    },

    choose: (label, wanted) => {
      const e = enabled(field(label));
      if (e.tagName !== 'SELECT') fail(`“${label}” is no list`);
      const o = one([...e.options].filter(o => !o.disabled), wanted, 'option');
      e.focus();
      e.value = o.value;
      tell(e, 'input', 'change');
      return true;
    },

    mark: label => {
      const e = enabled(field(label));
      if (e.type !== 'file') fail(`“${label}” takes no file`);
      document.querySelectorAll('[data-journey]').forEach(o => o.removeAttribute('data-journey'));
      e.setAttribute('data-journey', '');
      return '[data-journey]';
    },

    value: label => {
      const e = field(label);
      if (e.type === 'checkbox' || e.type === 'radio') return e.checked ? 'on' : '';
      return e.tagName === 'SELECT' ? squash(e.selectedOptions[0]?.textContent) : e.value ?? e.innerText;
    },

    focused: () => {
      const e = document.activeElement;
      return !e || e === document.body ? '' : `${role(e)} ${name(e)}`;
    },
  };

  try {
    return {value: acts[call](...args)};
  } catch (e) {
    if (e && e.problem) return {error: e.problem};
    throw e;
  }
}
