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
    // Not `disabled`: the focus would be lost, and the keys with it.
    one("#back").setAttribute("aria-disabled", String(step === 0));
    one("#next").setAttribute("aria-disabled", String(step === last));
  }

  function turn(days) {
    const step = revealed();
    view.signal("revealed", Math.min(last, Math.max(0, step + days))).run();
    if (step === 0) one(".stage").scrollIntoView();
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

  // The facilitator's notes and the handout are two papers: what is printed is what was asked for. The handout
  // holds every record and every question, whatever the class has come to; the answer only if it is open.
  for (const button of all("button[data-print]")) {
    button.addEventListener("click", async () => {
      const notes = one("#notes details");
      const [was, step] = [notes.open, revealed()];
      document.body.dataset.print = button.dataset.print;
      notes.open = button.dataset.print === "notes";
      await view.signal("revealed", last).runAsync();
      for (const stop of all(".stop")) stop.hidden = false;
      one("#after").hidden = answer.hidden;
      const restore = () => {
        delete document.body.dataset.print;
        notes.open = was;
        one("#after").hidden = false;
        view.signal("revealed", step).run();
        show();
      };
      window.addEventListener("afterprint", restore, { once: true });
      window.print();
    });
  }

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
