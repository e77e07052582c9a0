// Builds and updates elements without ever parsing text as HTML: what others wrote stays text.

/** An element: `make("td", {className: "x"}, "text", child)`. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) {
      element[key] = value;
    } else {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Puts `rows` (elements with a `key` in their dataset) into `parent`, touching only what differs: no flicker, no lost focus. */
export function show(parent, rows) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = new Set(rows.map((row) => row.dataset.key));
  old.forEach((child, key) => {
    if (!wanted.has(key)) {
      child.remove();
    }
  });
  rows.forEach((row, index) => {
    let current = old.get(row.dataset.key);
    if (current === undefined) {
      current = row;
    } else {
      patch(current, row);
    }
    if (parent.children[index] !== current) {
      parent.insertBefore(current, parent.children[index] ?? null);
    }
  });
}

/** Makes `current` like `next`, node by node. */
function patch(current, next) {
  if (current.isEqualNode(next)) {
    adopt(current, next);
    return;
  }
  if (current.nodeType !== next.nodeType || current.nodeName !== next.nodeName) {
    current.replaceWith(next);
    return;
  }
  if (current.nodeType === Node.TEXT_NODE) {
    current.data = next.data;
    return;
  }
  for (const attribute of [...current.attributes]) {
    if (!next.hasAttribute(attribute.name)) {
      current.removeAttribute(attribute.name);
    }
  }
  for (const attribute of next.attributes) {
    if (attribute.name !== "style" && current.getAttribute(attribute.name) !== attribute.value) {
      current.setAttribute(attribute.name, attribute.value);
    }
  }
  // Widths live in the style property, since the page's policy forbids style attributes.
  if (current.style.width !== next.style.width) {
    current.style.width = next.style.width;
  }
  current.onclick = next.onclick;
  const children = [...next.childNodes];
  children.forEach((child, index) => {
    const existing = current.childNodes[index];
    if (existing === undefined) {
      current.append(child);
    } else {
      patch(existing, child);
    }
  });
  while (current.childNodes.length > children.length) {
    current.lastChild.remove();
  }
}

/** Equal to look at, but handlers close over the newer data. */
function adopt(current, next) {
  if (current.nodeType !== Node.ELEMENT_NODE) {
    return;
  }
  current.onclick = next.onclick;
  for (let i = 0; i < current.children.length; i++) {
    adopt(current.children[i], next.children[i]);
  }
}

/** A status chip. */
export function chip(text, kind, title) {
  return make("span", {className: `chip ${kind}`, title: title ?? ""}, text);
}

/** A row of a table: strings and elements become cells. */
export function row(key, className, ...cells) {
  const tr = make("tr", {className}, ...cells.map((cell) =>
    cell instanceof HTMLTableCellElement ? cell : make("td", {}, ...(Array.isArray(cell) ? cell : [cell ?? ""]))));
  tr.dataset.key = key;
  return tr;
}

/** A row that says that there is nothing. */
export function empty(columns, text) {
  const tr = make("tr", {}, make("td", {colSpan: columns, className: "quiet"}, text));
  tr.dataset.key = "empty";
  return tr;
}
