// The class: one day of records at a time, a stop where there is one, votes that stay on the page, the answer last.
// Without scripts everything is simply there to read.
const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const answer = one("#answer");

drawn[0].then(({ view }) => {
  const last = Math.max(...all("#reader li").map((item) => Number(item.dataset.step)));
  const revealed = () => Number(view.signal("revealed"));

  function show() {
    const step = revealed();
    for (const item of all("#reader li, .stop")) item.hidden = Number(item.dataset.step) !== step;
    for (const row of all("#chronology tr[data-step]")) row.hidden = Number(row.dataset.step) > step;
    one("#chronology").hidden = step === 0;
    one("#back").disabled = step === 0;
    one("#next").disabled = step === last;
  }

  function turn(days) {
    const step = Math.min(last, Math.max(0, revealed() + days));
    view.signal("revealed", step).run();
  }

  view.addSignalListener("revealed", show);
  one("#back").addEventListener("click", () => turn(-1));
  one("#next").addEventListener("click", () => turn(1));
  one(".stage").addEventListener("keydown", (event) => {
    if (event.target.matches("input, select")) return;
    const days = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (!days) return;
    event.preventDefault();
    turn(days);
  });

  one("#reveal").addEventListener("click", ({ currentTarget }) => {
    answer.hidden = !answer.hidden;
    currentTarget.textContent = answer.hidden ? "Show the answer" : "Hide the answer";
    currentTarget.setAttribute("aria-expanded", String(!answer.hidden));
    view.signal("show_line", !answer.hidden);
    if (!answer.hidden) view.signal("revealed", last);
    view.run();
  });
  answer.hidden = true;
  show();
});

function count(input) {
  const { stop, vote } = input.dataset;
  one(`output[data-stop="${stop}"][data-vote="${vote}"]`).textContent = input.value || "0";
}
for (const input of all("input[data-vote]")) input.addEventListener("input", () => count(input));
for (const button of all("button[data-add]")) {
  button.addEventListener("click", () => {
    const { stop, vote } = button.dataset;
    const input = one(`input[data-stop="${stop}"][data-vote="${vote}"]`);
    input.stepUp();
    count(input);
  });
}

// The facilitator's notes and the handout are two papers: what is printed is what was asked for.
for (const button of all("button[data-print]")) {
  button.addEventListener("click", () => {
    const notes = one("#notes details");
    const was = notes.open;
    document.body.dataset.print = button.dataset.print;
    notes.open = button.dataset.print === "notes";
    window.print();
    notes.open = was;
  });
}
