// Charges that wait on this phone, for the page and for the worker. What is kept of each is what must be sent, and
// what its sender needs to know it by: no name and no identity. Once it is sent, only its outcome is left.
const DATABASE = "omatori-charges";
const CHARGES = "charges";
const DAY_MS = 24 * 3600 * 1000;
export const KEPT_DAYS = 7;

export const openStore = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(CHARGES, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function within(mode, act) {
  const database = await openStore();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(CHARGES, mode);
      const request = act(transaction.objectStore(CHARGES));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const put = (charge) => within("readwrite", (store) => store.put(charge));
export const remove = (key) => within("readwrite", (store) => store.delete(key));
export const isOpen = (charge) => charge.state === "waiting" || charge.state === "faulty";

// All charges, oldest first. An outcome is kept for a day; what could not be sent loses its content after a week,
// and the line that says so stays until it is cleared.
export async function all(now = Date.now()) {
  const found = await within("readonly", (store) => store.getAll());
  const kept = [];
  for (const charge of found.sort((one, other) => one.queued_at - other.queued_at)) {
    const age = now - (charge.told_at ?? charge.queued_at);
    if (isOpen(charge) && now - charge.queued_at > KEPT_DAYS * DAY_MS) {
      const { key, who, queued_at, label } = charge;
      const expired = { key, who, queued_at, label: { day: label.day }, state: "expired" };
      await put(expired);
      kept.push(expired);
    } else if (["sent", "refused"].includes(charge.state) && age > DAY_MS) await remove(charge.key);
    else kept.push(charge);
  }
  return kept;
}

// Whose the log-in is now, with a token for its forms; "offline", or "log-in" if nobody is logged in.
export async function session(address) {
  let answer;
  try {
    answer = await fetch(address, { redirect: "manual", cache: "no-store", credentials: "same-origin" });
  } catch {
    return "offline";
  }
  if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return "log-in";
  return answer.ok ? answer.json() : "offline";
}

// Sends one charge. Its reference makes it one charge, however often it is sent. Returns what became of it, or
// "offline", "log-in", "other" (somebody else is logged in).
async function sendOne(charge, current, more = {}) {
  const body = new URLSearchParams(charge.fields);
  for (const [name, value] of Object.entries({ ...more, who: charge.who, csrf_token: current.csrf_token })) body.set(name, value);
  let answer;
  try {
    answer = await fetch(charge.url, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect" || answer.status === 401) return "log-in";
    if (answer.status === 409) return "other";
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return "offline";
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return "offline";
  }
}

// Stores what became of a charge; its content goes with that, unless it must be mended.
async function settle(charge, told) {
  const { key, who, queued_at, label } = charge;
  const outcome = { message: told.message, reasons: told.reasons, link: told.url, see: told.see, told_at: Date.now() };
  if ([404, 422].includes(told.status)) return put({ ...charge, state: "faulty", ...outcome });
  if (told.status !== 200) return undefined;
  return put({ key, who, queued_at, label, state: told.outcome === "refused" ? "refused" : "sent", ...outcome });
}

// Sends what waits of whoever is logged in, one sender at a time. Returns "sent", "offline" or "log-in".
export async function sendAll(stateAddress) {
  const send = async () => {
    const waiting = (await all()).filter((charge) => charge.state === "waiting");
    if (!waiting.length) return "sent";
    const current = await session(stateAddress);
    if (typeof current === "string") return current;
    for (const charge of waiting.filter((one) => one.who === current.who)) {
      const told = await sendOne(charge, current);
      if (told === "offline" || told === "log-in") return told;
      if (typeof told === "object") await settle(charge, told);
    }
    return "sent";
  };
  return navigator.locks ? navigator.locks.request(DATABASE, send) : send();
}

// Sends one charge now, for the page on which it was typed. Returns as `sendOne` does.
export async function sendNow(charge, stateAddress) {
  const current = await session(stateAddress);
  if (typeof current === "string") return current;
  if (current.who !== charge.who) return "other";
  return sendOne(charge, current, { now: "1" });
}
