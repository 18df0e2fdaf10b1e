// Draw every chart from the Vega specification that stands beside it, as SVG, so that each mark can be read aloud.
// `ast` evaluates expressions with an interpreter, so that the page's policy need not allow eval.
// A group of marks of which none is shown has nothing to say, and is not read aloud as a picture without a name.
function quieten(drawing) {
  for (const marks of drawing.querySelectorAll("[role=graphics-symbol].role-mark")) {
    if (marks.childElementCount) marks.removeAttribute("aria-hidden");
    else marks.setAttribute("aria-hidden", "true");
  }
}

const drawn = [...document.querySelectorAll("figure")].map((figure) => {
  const options = {
    mode: "vega",
    renderer: "svg",
    ast: true,
    actions: false,
    defaultStyle: false,
    bind: figure.querySelector(".controls"),
    tooltip: { disableDefaultStyle: true },
  };
  const spec = JSON.parse(figure.querySelector("script").textContent);
  const drawing = figure.querySelector(".drawing");
  new MutationObserver(() => quieten(drawing)).observe(drawing, { childList: true, subtree: true });
  return vegaEmbed(drawing, spec, options);
});
