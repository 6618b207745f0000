// Shows the price while a visit is typed: asks the server what it would answer, stores nothing.
const form = document.querySelector("form[data-live]");
const place = document.getElementById("preview");
let waiting = 0;
let requests = 0;

async function ask() {
  const request = ++requests;
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) });
    // 422: something is missing. A price of what stood there before would be wrong.
    if ((answer.ok || answer.status === 422) && request === requests) place.innerHTML = await answer.text();
  } catch {
    // No network just now: the button "Show the price" remains.
  }
}

if (form && place) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
  // Filled in as last time: the price is shown before anything is typed.
  if (form.elements.start?.defaultValue && form.elements.end?.defaultValue && !place.querySelector("dl")) ask();
}
