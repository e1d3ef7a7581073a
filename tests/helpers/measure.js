// Goes through all slides of the deck in this page and returns their faults, one entry for each.
async () => {
  const SLIDE = { width: 1280, height: 720 };
  const faults = [];
  const slides = Reveal.getSlides();
  Reveal.configure({ fragments: false }); // shows all steps at once
  let withCode = 0;

  const hidden = (element) => element.closest("mjx-assistive-mml, aside") !== null;
  const words = (node) => node.textContent.trim().replace(/\s+/g, " ").slice(0, 60);

  for (const [index, slide] of slides.entries()) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v);
    await new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)));
    const frame = slide.querySelector(".frame");
    const outer = frame.getBoundingClientRect();
    const scale = outer.width / SLIDE.width;
    const body = slide.querySelector(".body").getBoundingClientRect();
    const found = new Map(); // one fault of a kind for each cell: the worst
    const report = (element, kind, badness, text) => {
      const cell = element.closest("[data-cell]")?.dataset.cell ?? slide.dataset.cells ?? "?";
      const key = `${cell} ${kind}`;
      if (!found.has(key) || found.get(key).badness < badness) found.set(key, { cell, badness, text });
    };

    // The elements of the body, and the boxes of every line of text in it
    const boxes = [];
    const walker = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.textContent.trim() || hidden(element)) continue;
      const inCode = element.closest("pre, code, .code") !== null;
      const size = parseFloat(getComputedStyle(element).fontSize) * scale;
      if (size < (inCode ? 16 : 18) - 0.01)
        report(element, "small", 100 - size, `${inCode ? "code" : "text"} of ${size.toFixed(1)} px: ${words(node)}`);
      if (!inCode && /\$|\\[a-zA-Z]{2,}|\\\(/.test(node.textContent))
        report(element, "tex", 1, `a formula is not typeset: ${words(node)}`);
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) boxes.push([element, box, words(node)]);
    }
    for (const formula of frame.querySelectorAll("mjx-container")) {
      const size = parseFloat(getComputedStyle(formula).fontSize) * scale;
      if (size < 18) report(formula, "small", 100 - size, `a formula of ${size.toFixed(1)} px`);
      if (formula.querySelector("[data-mml-node=merror]"))
        report(formula, "merror", 1, `MathJax cannot read a formula: ${words(formula)}`);
      boxes.push([formula, formula.querySelector("svg").getBoundingClientRect(), "a formula"]);
    }
    for (const image of frame.querySelectorAll("img")) {
      const box = image.getBoundingClientRect();
      const shown = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
      if (!(shown >= 0.5)) report(image, "scale", 1 - shown, `a picture is scaled to ${Math.round(100 * shown)} %`);
      if (image.alt.trim().length < 20 || image.alt.includes("No description has been provided"))
        report(image, "alt", 1, "a picture has no description");
      boxes.push([image, box, "a picture"]);
    }
    for (const element of frame.querySelectorAll(".body *:not(mjx-container *)"))
      if (!hidden(element)) boxes.push([element, element.getBoundingClientRect(), words(element) || element.tagName]);

    for (const [element, box, what] of boxes) {
      if (!box.width || !box.height) continue;
      const room = element.closest(".body") ? body : outer;
      // A formula's box reaches a little above and below its visible part.
      const over = Math.max(room.left - box.left, box.right - room.right, room.top - box.top, box.bottom - room.bottom);
      if (over > 2) report(element, "outside", over, `${Math.round(over)} px too large for the slide, at: ${what}`);
    }
    for (const box of frame.querySelectorAll(".code, .printed, .claim, .table"))
      if (box.scrollWidth > box.clientWidth + 1)
        report(box, "wide", 1, `${box.scrollWidth - box.clientWidth} px too wide for its box: ${words(box)}`);
    if (!slide.querySelector(".body").innerText.trim() && !frame.querySelector(".body img"))
      report(frame, "empty", 1, "nothing is on it");
    if (frame.querySelector("h1, h2").innerText.trim() === "" && !frame.querySelector("h2 svg"))
      report(frame, "title", 1, "it has no title");
    for (const aside of slide.querySelectorAll("aside"))
      for (const paragraph of aside.querySelectorAll("p, li"))
        if (/\$[^$]+\$/.test(paragraph.textContent.replace(/`[^`]*`/g, "")) && !paragraph.querySelector("code"))
          report(frame, "notes", 1, `a formula of the notes is not typeset: ${words(paragraph)}`);

    if (frame.querySelector(".code")) withCode += 1;
    for (const { cell, text } of found.values()) faults.push({ slide: index + 1, cell, text });
  }
  return { slides: slides.length, withCode, faults };
};
