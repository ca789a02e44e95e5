/**
 * The Storage that GraphiQL is given in place of localStorage: what is typed here may name patients or carry a
 * password, so nothing of it outlives the page.
 */
export class MemoryStorage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }
}
