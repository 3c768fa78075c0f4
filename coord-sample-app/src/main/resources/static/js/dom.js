// Small helpers. Text goes in as text, never as HTML.

export const byId = (id) => document.getElementById(id);

/** Makes an element: attributes by name, "class" and "text" included, then its children. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") {
      element.textContent = value;
    } else if (key === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else {
      element.setAttribute(key, value);
    }
  }
  element.append(...children);
  return element;
}

/** Writes only what is different, so that nothing flickers and screen readers stay calm. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/**
 * Makes the children of `list` show `items`, in this order: each item keeps its element, and the focus that may be in it.
 */
export function keyed(list, items, keyOf, make, update) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (child === undefined) {
      child = make(item);
      child.dataset.key = key;
    }
    old.delete(key);
    if (child === place) {
      place = place.nextElementSibling;
    } else {
      list.insertBefore(child, place);
    }
    update(child, item);
  }
  for (const child of old.values()) {
    child.remove();
  }
}

let toastTimer;

/** Tells the user something in passing. */
export function toast(message, kind = "info") {
  const element = byId("toast");
  element.dataset.kind = kind;
  element.textContent = message;
  element.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.classList.remove("shown"), 6000);
}
