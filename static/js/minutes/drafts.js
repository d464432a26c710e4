// What was typed is kept on this device before it is sent, and forgotten once the server has acknowledged it.
// One record for each entry: { key, writer, item, tab, uid, after, values, base, pending, title, address, at }.
const NAME = "opcc-minutes";
const STORE = "drafts";

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

// A name nobody else has. Browsers offer randomUUID only over HTTPS and on this machine; randomness they offer everywhere.
export const newId = () => crypto.randomUUID?.()
  ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// Strict: the browser answers once the words are on the disk, not only on their way to it.
async function store(mode, act) {
  const db = await database();
  const transaction = db.transaction(STORE, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const result = await act(transaction.objectStore(STORE));
  await done;
  return result;
}

export const keep = (record) => store("readwrite", (held) => { held.put(record); });
export const forget = (key) => store("readwrite", (held) => { held.delete(key); });
export const all = () => store("readonly", (held) => asked(held.getAll()));

// This tab's name. A duplicated tab gets the same name from the browser: whoever holds the lock keeps it.
export async function tabName() {
  let name = sessionStorage.getItem("opcc-tab") ?? newId();
  if (!navigator.locks) return name;
  const hold = (wanted) => new Promise((resolve) => {
    navigator.locks.request(`opcc-tab-${wanted}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined; // held until the tab is closed
    });
  });
  if (!(await hold(name))) { name = newId(); await hold(name); }
  sessionStorage.setItem("opcc-tab", name);
  return name;
}

// The names of the tabs that are open now; what they hold is theirs to send.
export async function livingTabs() {
  if (!navigator.locks) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name.replace("opcc-tab-", "")));
}
