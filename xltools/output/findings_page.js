"use strict";
// From a finding to its cell and back, by a click anywhere on either or by Enter; links do the same without this.
{
  const placeOf = item => document.getElementById(item.querySelector("a[href^='#']")?.getAttribute("href").slice(1) ?? "");
  const go = element => {
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  };
  const follow = (from, event) => {
    const item = from.closest("[data-finding]");
    const marked = from.closest("td.error, td.warning, td.notice, mark");
    const target = item ? placeOf(item) : marked && placeOf(marked);
    if (target) {
      event.preventDefault();
      go(target);
    }
  };
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#'], button, input, textarea, label, summary");
    if (link && !link.hash) return;
    if (!link && !String(getSelection())) follow(event.target, event);
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) {
      event.preventDefault();
      go(target);
    }
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.matches("[data-finding], td, mark")) follow(event.target, event);
  });
}
