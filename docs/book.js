/* Marks what was searched for and shows the first place. Sphinx would do the first, but for the theme: it loads the search
   on every page, and Sphinx takes a page with it for the one of the results, where it marks nothing. */
document.addEventListener("DOMContentLoaded", async () => {
  if (DOCUMENTATION_OPTIONS.pagename === "search" || !localStorage.getItem("sphinx_highlight_terms")) return;
  await window.MathJax.startup.promise; // marks within a formula's source would break it
  SphinxHighlight.highlightSearchWords();
  setTimeout(() => {
    const marks = [...document.querySelectorAll(".bd-article .highlighted")].filter((one) => one.offsetParent);
    const shown = marks.find((one) => one.closest("h1, h2, h3")) ?? marks[0];
    if (!location.hash) shown?.scrollIntoView({ block: "center" });
  }, 100);
});
