// Keeps the progress of a long file up to date. Without a script the page is loaded again by itself.
const place = document.getElementById("file-progress");
const EVERY_MS = 1000;

async function look() {
  try {
    const answer = await fetch(location.href);
    const seen = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("file-progress");
    // Done, stopped by a colleague, or logged out: the page says which.
    if (!seen && answer.status < 500) return location.reload();
    // Only this part: whoever is at the button "Stop" stays there.
    if (seen) place.replaceChildren(...seen.childNodes);
  } catch {
    // No network just now: look again.
  }
  setTimeout(look, EVERY_MS);
}

if (place) setTimeout(look, EVERY_MS);
