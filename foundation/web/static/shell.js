// Makes pages nicer; every page works without it.
import { initAll } from "./vendor/govuk-frontend.min.js";

try {
  initAll();
} catch {
  // An old browser: the page works as it is.
}

// An error that the server found is told at once also where the vendor's script did not start.
const summary = document.getElementById("error-summary");
if (summary && document.activeElement === document.body) summary.focus();

// A form that was sent is not sent twice by an impatient tap. Coming back with "Back" frees it again.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A table is a stop for the keyboard only while it overflows: the width changes when a phone is turned.
const overflow = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const frame = target.closest(".om-table-frame");
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
});
for (const frame of document.querySelectorAll(".om-table-frame")) {
  overflow.observe(frame);
  overflow.observe(frame.querySelector("table"));
}

// Print buttons (`<button class="om-print" hidden>`) appear where they can work.
for (const button of document.querySelectorAll("button.om-print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
