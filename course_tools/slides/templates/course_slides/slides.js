// Typesets the formulas, then starts reveal.js, or with `?handout` in the address lays out a page for printing.
"use strict";

const handout = new URLSearchParams(location.search).has("handout");

window.MathJax = {
  tex: {
    inlineMath: [["$", "$"]],
    displayMath: [["$$", "$$"]],
    processEscapes: true,
    packages: { "[-]": ["noundefined"] }, // makes an unknown macro an error, which the tests find
  },
  // Each formula has its own glyphs, so that it also shows in the window with the speaker's notes.
  svg: { fontCache: "local" },
  options: { enableMenu: false },
  startup: { typeset: true },
};

// A formula cannot break: one that is too wide for its box gets a smaller font, but a readable one.
const SMALLEST = 18;
function fitFormulas() {
  for (const formula of document.querySelectorAll(".frame mjx-container")) {
    const box = formula.closest(".text, .claim");
    const width = formula.querySelector("svg").getBoundingClientRect();
    if (!box || !width.width) continue;
    const padding = parseFloat(getComputedStyle(box).paddingRight);
    const over = width.right - (box.getBoundingClientRect().right - padding);
    if (over > 0) {
      const size = parseFloat(getComputedStyle(formula).fontSize);
      formula.style.fontSize = `${Math.max(SMALLEST, Math.floor(size * (1 - over / width.width)))}px`;
    }
  }
}

window.addEventListener("load", async () => {
  await document.fonts.ready;
  await MathJax.startup.promise;
  fitFormulas();
  if (handout) {
    document.documentElement.classList.add("handout");
  } else {
    // The window with the notes lacks the style that hides the markup for screen readers, so that is removed.
    for (const spoken of document.querySelectorAll(".notes mjx-assistive-mml")) spoken.remove();
    document.querySelector(".deck").classList.add("reveal"); // hides all slides but one, so nothing is measured after it
    await Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      minScale: 0.1,
      maxScale: 4,
      center: false,
      controls: false,
      hash: true,
      navigationMode: "linear",
      slideNumber: false,
      transition: "none",
      plugins: [RevealNotes],
    });
  }
  document.documentElement.dataset.ready = "true";
});
