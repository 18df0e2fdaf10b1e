// Draw every chart from the Vega specification that stands beside it, as SVG, so that each mark can be read aloud.
// `ast` evaluates expressions with an interpreter, so that the page's policy need not allow eval.
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
  return vegaEmbed(figure.querySelector(".drawing"), spec, options);
});
