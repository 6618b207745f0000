// Keeps a charge that cannot be sent now, and sends it when it can. Without this script a form is sent as any other.
import { all, isOpen, put, remove, sendAll, sendNow, session } from "./charge_store.js";

const frame = document.getElementById("charge-queue");
const { who = "", state, worker, page: queuePage, instead } = frame.dataset;
const form = document.querySelector("form#visit[data-queue]");
const plannedForms = document.querySelectorAll("form[data-planned]");
const DRAFT = "omatori-visit:";
const SCOPE = "/t"; // also the start page, which has no slash at its end
const SCOPE_BEFORE = "/t/";
const RETRY_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const LOG_OUT = 'form[action="/ulos"], form[action="/ulos/kaikkialta"]';

const isInstead = Boolean(instead) && location.pathname !== instead;

const text = (name) => frame.querySelector(`template[data-text="${name}"]`).innerHTML.trim();
const mine = async () => (who ? (await all()).filter((charge) => charge.who === who) : all());

// ---- what is typed, until it is sent: a reload keeps it, and with it the reference
const draftName = form && DRAFT + who + form.dataset.queue;

const fieldsOf = (data) => [...data].filter(([name]) => name !== "csrf_token" && name !== "step");
const saveDraft = () => sessionStorage.setItem(draftName, JSON.stringify(fieldsOf(new FormData(form))));

function fill(fields) {
  for (const [name, value] of fields) {
    const field = form.elements.namedItem(name);
    if (field instanceof RadioNodeList) field.value = value;
    else if (field) field.value = value;
  }
}

function forgetDrafts(keep = () => false) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(DRAFT) && !keep(name)) sessionStorage.removeItem(name);
}

async function restoreDraft() {
  forgetDrafts((name) => who && name.startsWith(DRAFT + who));
  if (!form) return;
  const faulty = (await mine()).find((charge) => charge.state === "faulty" && location.hash === `#${charge.key}`);
  const draft = faulty?.fields ?? JSON.parse(sessionStorage.getItem(draftName) ?? "[]");
  const isPlain = [...new URLSearchParams(location.search).keys()].every((name) => ["seteli", "lang"].includes(name));
  const isRefused = document.getElementById("error-summary");
  if (faulty || (isPlain && !isRefused)) fill(draft);
  else if (!isRefused && !form.elements.visit) fill(draft.filter(([name]) => name === "reference"));
  saveDraft();
}

// ---- the queue in sight
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
const civilDay = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeZone: "UTC" });

function line(charge) {
  const item = document.createElement("li");
  const { day, start, end, service, tail } = charge.label;
  const when = [day ? civilDay.format(new Date(`${day}T00:00Z`)) : "", [start, end].filter(Boolean).join("–")].filter(Boolean).join(" ");
  const title = document.createElement("strong");
  title.textContent = [when, service].filter(Boolean).join(", ");
  const more = document.createElement("small");
  more.textContent = [tail && `…${tail}`, `${text("queued-at")} ${clock.format(charge.queued_at)}`].filter(Boolean).join(" · ");
  const tag = document.createElement("span");
  tag.className = `om-tag om-tag--${{ waiting: "wait", sent: "good" }[charge.state] ?? "bad"}`;
  tag.textContent = text(`state-${charge.state}`);
  item.append(title, " ", tag, more);
  for (const words of [charge.message, ...(charge.reasons ?? [])].filter(Boolean)) {
    const said = document.createElement("p");
    said.textContent = words;
    item.append(said);
  }
  const links = document.createElement("p");
  links.className = "om-links";
  if (charge.link && who) links.append(linkOf(charge));
  if (charge.state !== "waiting") links.append(clearButton(charge));
  item.append(links);
  return item;
}

function linkOf({ state: outcome, key, link: address, see }) {
  if (see) return link(address, see);
  return outcome === "faulty" ? link(`${address}#${key}`, "mend") : link(address, "see");
}

function link(address, name) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text(name);
  return made;
}

function clearButton(charge) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "om-quiet-button";
  button.textContent = text(isOpen(charge) ? "discard" : "clear");
  button.addEventListener("click", async () => {
    await remove(charge.key);
    await show();
  });
  return button;
}

async function show(result = "") {
  const charges = await all();
  const own = who ? charges.filter((charge) => charge.who === who) : charges;
  const waiting = own.filter(isOpen).length;
  for (const planned of plannedForms) showPlanned(planned, own.find(({ key }) => key === keyOf(planned)));
  const list = document.getElementById("charge-queue-list");
  if (list) {
    list.replaceChildren(...own.map(line));
    document.getElementById("charge-queue-empty").hidden = own.length > 0;
    document.getElementById("charge-queue-others").hidden = own.length === charges.length;
    document.getElementById("charge-queue-leave").hidden = !(location.hash === "#ulos" && waiting);
  }
  const words = waiting === 1 ? text("one") : text("many").replace("%n", waiting);
  const why = ["offline", "log-in", "other"].includes(result) ? text(result) : "";
  frame.hidden = waiting === 0 || (Boolean(list) && !why);
  const said = [words, why].filter(Boolean).join(" ");
  if (frame.dataset.said !== said) frame.querySelector("[data-said]").innerHTML = frame.dataset.said = said;
  return waiting;
}

async function sendWaiting() {
  if (!(await mine()).some((charge) => charge.state === "waiting")) return show();
  const result = who ? await sendAll(state) : "offline";
  if (await show(result)) setTimeout(sendWaiting, RETRY_MS);
}

// The page that stands instead of another while there is no connection asks until the server answers: a phone says
// that it is online before its network carries anything.
async function comeBack(pause = FIRST_RETRY_MS) {
  if ((await session(state)) !== "offline") return location.reload();
  setTimeout(comeBack, pause, Math.min(2 * pause, RETRY_MS));
}

// ---- sending
const waitingCharge = (key, url, fields, label) => ({ key, who, url, fields, label, queued_at: Date.now(), state: "waiting" });

function chargeOf(data) {
  const value = (name) => data.get(name) ?? "";
  const chosen = form.querySelector(`[name=service][value="${CSS.escape(value("service"))}"]`);
  return waitingCharge(`${who}:${value("reference")}`, form.dataset.queue, fieldsOf(data), {
    day: value("service_day"),
    start: value("start"),
    end: value("end"),
    service: chosen?.labels?.[0]?.textContent.trim() ?? form.dataset.service ?? "",
    tail: form.dataset.tail,
  });
}

function sendAsUsual() {
  const step = document.createElement("input");
  Object.assign(step, { type: "hidden", name: "step", value: "send" });
  form.append(step);
  form.submit();
}

async function askForSync() {
  try {
    // Not `ready`: with a worker that cannot be started it would wait for ever.
    await (await navigator.serviceWorker.getRegistration(SCOPE)).sync.register("omatori-charges");
  } catch {
    // Not every browser sends in the background: the next page does.
  }
}

async function sendForm(event) {
  if (event.submitter?.value !== "send" || event.defaultPrevented) return;
  event.preventDefault();
  const charge = chargeOf(new FormData(form));
  try {
    await put(charge);
  } catch {
    return sendAsUsual(); // the browser keeps nothing, for example in a private window
  }
  sessionStorage.removeItem(draftName);
  const told = await sendNow(charge, state);
  if (told.status === 200) {
    await remove(charge.key);
    return location.assign(told.url);
  }
  if (told.status === 422) {
    await remove(charge.key);
    saveDraft();
    return sendAsUsual();
  }
  form.hidden = true;
  document.getElementById("visit-waits").hidden = false;
  await show(told);
  frame.scrollIntoView({ block: "center" });
  frame.querySelector("[data-said]").focus();
  sendLater(told);
}

function sendLater(told) {
  if (told === "offline" && "serviceWorker" in navigator) askForSync();
  setTimeout(sendWaiting, RETRY_MS);
}

// ---- done as planned: the address names the visit, and the reference that follows from it makes it one charge
// Help without times has no day of its own: that of the tap counts, also when it is sent later, until its last one.
const civilIso = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Helsinki" });
const openedOn = civilIso.format(Date.now());

function dayOfTap(day, last) {
  const shifted = Date.parse(day) + Date.parse(civilIso.format(Date.now())) - Date.parse(openedOn);
  return new Date(Math.min(shifted, Date.parse(last))).toISOString().slice(0, 10);
}

const keyOf = (planned) => `${who}:${planned.dataset.reference}`;

// The button gives way to what became of the tap, on the line of the visit.
function showPlanned(planned, charge) {
  const known = planned.nextElementSibling?.matches("[data-tapped]") ? planned.nextElementSibling : null;
  planned.hidden = ["waiting", "sent"].includes(charge?.state);
  if (!charge) return known?.remove();
  const words = known ?? planned.insertAdjacentElement("afterend", document.createElement("p"));
  words.dataset.tapped = "";
  words.tabIndex = -1;
  words.textContent = [charge.message ?? text(charge.state === "waiting" ? "planned-waiting" : `state-${charge.state}`), ...(charge.reasons ?? [])].join(" ");
}

async function sendPlanned(event) {
  const planned = event.target;
  event.preventDefault();
  if (planned.dataset.sending) return;
  const { planned: url, reference, last, quantity, ...label } = planned.dataset;
  if (last) label.day = dayOfTap(planned.dataset.day, last);
  const fields = last ? Object.entries({ day: label.day, quantity }) : [];
  planned.dataset.sending = "yes";
  const charge = waitingCharge(keyOf(planned), url, fields, label);
  try {
    await put(charge);
  } catch {
    return planned.submit(); // as in `sendForm`
  }
  const told = await sendNow(charge, state);
  delete planned.dataset.sending;
  if ([200, 404, 422].includes(told.status)) await remove(charge.key);
  if (told.status === 200) return location.assign(told.url);
  if ([404, 422].includes(told.status)) return planned.submit();
  await show(told);
  planned.nextElementSibling.focus();
  sendLater(told);
}

// ---- logging out removes what is kept; what was not sent is asked about first
async function logOut(event) {
  const leaving = event.target;
  event.preventDefault();
  const own = await mine();
  if (own.some(isOpen) && !leaving.dataset.confirmed) return location.assign(`${queuePage}#ulos`);
  forgetDrafts();
  for (const charge of own) await remove(charge.key);
  leaving.submit();
}

async function startWorker() {
  await navigator.serviceWorker.register(worker, { scope: SCOPE, type: "module" });
  for (const found of await navigator.serviceWorker.getRegistrations())
    if (new URL(found.scope).pathname === SCOPE_BEFORE) await found.unregister();
}

async function start() {
  await restoreDraft();
  form?.addEventListener("input", saveDraft);
  form?.addEventListener("submit", sendForm);
  for (const planned of plannedForms) planned.addEventListener("submit", sendPlanned);
  if (who) for (const leaving of document.querySelectorAll(LOG_OUT)) leaving.addEventListener("submit", logOut);
  window.addEventListener("online", () => (who ? sendWaiting() : isInstead && comeBack()));
  window.addEventListener("hashchange", () => show());
  document.getElementById("charge-queue-send")?.addEventListener("click", sendWaiting);
  if (worker && "serviceWorker" in navigator) startWorker().catch(() => {}); // it only helps
  await show();
  await (isInstead ? comeBack() : sendWaiting());
  document.documentElement.dataset.queue = "ready";
}

if ("indexedDB" in window) start().catch(() => {});
