"use strict";
// The class: a stage of one screen. One number, `place`, says where it is: the days of records, then a last word
// before the answer, the answer, and what stands behind it. Everything else follows from it in `show`.
// In a block: Vega, which runs before it, has names of its own.
{
  const all = (selector, of = document) => [...of.querySelectorAll(selector)];
  const one = (selector, of = document) => of.querySelector(selector);
  const root = document.documentElement;
  const last = Number(one("#stage").dataset.last);
  const panels = all(".panel");
  const [END, ANSWER] = [last + 1, last + 2];
  const LAST_PLACE = ANSWER + panels.length;
  const stopSteps = all(".stop").map((stop) => Number(stop.dataset.step));
  let place = 1;
  let opensFrom = END; // Where the answer was opened from: back leads there.
  let view = "stage";
  let chart = null;

  // Storage is refused in some browsers to a page from disk: then nothing is kept, and the page says so.
  function kept(storage, key, value) {
    try {
      if (value === undefined) return JSON.parse(window[storage].getItem(key));
      window[storage].setItem(key, JSON.stringify(value));
      return value;
    } catch {
      if (storage === "localStorage") one("#kept").textContent = "This browser keeps no votes for a page from disk: save them to a file. Nothing is sent anywhere.";
      return null;
    }
  }

  // What may be seen of the answer hangs on this one attribute, on the screen and on paper.
  function shows() {
    if (view === "open-notes") return "notes";
    return place >= ANSWER ? "answer" : "table";
  }

  function show() {
    root.dataset.shows = shows();
    const opened = root.dataset.shows !== "table";
    const step = Math.min(place, last);
    const seen = root.dataset.shows === "notes" ? last : step;
    for (const item of all("[data-when]")) {
      const its = Number(item.dataset.step);
      const now = its === place;
      item.dataset.when = now ? "now" : its > (opened ? last : place) ? "later" : its > place - 4 ? "recent" : "past";
    }
    one("#reader").toggleAttribute("data-crowded", all("#reader [data-when=now]").length > 1);
    for (const item of all("#whose li")) item.hidden = Number(item.dataset.step) > seen;
    for (const section of all(".view")) section.hidden = section !== onScreen();
    // What is longer than the screen can be scrolled with the keyboard too.
    if (onScreen() === one("#stage")) one("main").removeAttribute("tabindex");
    else one("main").tabIndex = 0;
    if (place === ANSWER) one(".side").tabIndex = 0;
    else one(".side").removeAttribute("tabindex");
    root.dataset.on = place < END ? "records" : place === END ? "end" : "answer";
    one("#stage").toggleAttribute("data-asks", stopSteps.includes(place) || place === END);
    for (const button of all("[data-view]")) button.setAttribute("aria-pressed", String(view.endsWith(button.dataset.view)));
    // Not `disabled`: the focus would be lost.
    one("#back").setAttribute("aria-disabled", String(place === 1 && view === "stage"));
    one("#next").setAttribute("aria-disabled", String(place === LAST_PLACE && view === "stage"));
    one("#next").textContent = place === END ? "Show the answer" : place === ANSWER ? "What stands behind it" : "Next";
    one("#back").textContent = place === ANSWER ? "Back to the records" : "Back";
    one("#skip").hidden = place >= END;
    kept("sessionStorage", root.dataset.keeps, Math.min(place, END));
    draw(opened, seen);
    tally();
  }

  function onScreen() {
    if (view === "chronology") return one("#chronology");
    if (view.endsWith("notes")) return one("#notes");
    return place > ANSWER ? panels[place - ANSWER - 1] : one("#stage");
  }

  function draw(opened, seen) {
    if (chart) chart.signal("opened", opened).signal("step", opened ? last : seen).runAsync().then(fit);
  }

  function go(to, { held = false } = {}) {
    const from = place;
    if (view !== "stage") view = "stage";
    // A key that is held down turns the days, and opens no answer.
    if (held && from <= END && to > END) return show();
    place = Math.min(LAST_PLACE, Math.max(1, to));
    if (place >= ANSWER && from < ANSWER) opensFrom = from;
    show();
    window.scrollTo(0, 0);
    for (const box of all(".side, .reader")) box.scrollTop = 0;
  }

  const next = (options) => go(place + 1, options);
  const back = (options) => go(place === ANSWER ? opensFrom : place - 1, options);

  one("#next").addEventListener("click", () => next());
  one("#back").addEventListener("click", () => back());
  one("#skip").addEventListener("click", () => go(stopSteps.find((step) => step > place) ?? END));
  one("#open-answer").addEventListener("click", () => go(ANSWER));
  one("#open-notes").addEventListener("click", () => {
    view = "open-notes";
    show();
  });
  one("#print").addEventListener("click", () => window.print());
  for (const button of all("[data-view]")) {
    button.addEventListener("click", () => {
      view = view.endsWith(button.dataset.view) ? "stage" : button.dataset.view;
      show();
    });
  }
  for (const button of all("[data-viewer]")) {
    button.addEventListener("click", () => {
      for (const other of all("[data-viewer]")) other.setAttribute("aria-pressed", String(other === button));
      one("#whose summary").textContent = button === all("[data-viewer]")[0] ? "Whose record" : `Whose record: ${button.dataset.viewer}`;
      one("#whose").open = false;
      if (chart) chart.signal("viewer", button.dataset.viewer).runAsync().then(fit);
    });
  }

  // Keys work wherever the focus is. Enter presses a button; in a field what is typed is typed, but for the keys
  // of a clicker, which no number needs.
  const TURN = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.defaultPrevented) return;
    const typing = event.target.matches("input, textarea, [contenteditable]");
    if (event.key === "Escape") {
      for (const menu of all("details.menu[open]")) menu.open = false;
      event.target.blur();
      if (view !== "stage") [view] = ["stage", show()];
      return;
    }
    if (event.ctrlKey) {
      if (event.key !== "z" || typing) return;
      event.preventDefault();
      undo();
      return;
    }
    if (typing && event.key === "Enter") event.target.blur();
    if (typing && !event.key.startsWith("Page")) return;
    const days = TURN[event.key] * (event.key === " " && event.shiftKey ? -1 : 1);
    if (!days) return;
    event.preventDefault();
    (days > 0 ? next : back)({ held: event.repeat });
  });
  // The space bar would press a focused button when it is let go.
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && event.target.matches("button, summary")) event.preventDefault();
  });

  // Votes: counts by stop and choice, each change kept, so that each can be taken back.
  const KEPT = { votes: {}, past: [] };
  const keptVotes = kept("localStorage", root.dataset.keeps);
  if (keptVotes && keptVotes.votes && Array.isArray(keptVotes.past)) Object.assign(KEPT, keptVotes);
  const MOST = 999;
  const keyOf = ({ stop, vote }) => `${stop} ${vote}`;
  const votesOf = (stop, vote) => KEPT.votes[`${stop} ${vote}`] ?? 0;

  function cast(votes) {
    KEPT.past = [...KEPT.past, KEPT.votes].slice(-200);
    KEPT.votes = votes;
    kept("localStorage", root.dataset.keeps, KEPT);
    tally();
  }

  function castOne(dataset, count) {
    const whole = Math.min(MOST, Math.max(0, Math.trunc(Number(count)) || 0));
    if (whole !== (KEPT.votes[keyOf(dataset)] ?? 0)) cast({ ...KEPT.votes, [keyOf(dataset)]: whole });
  }

  function undo() {
    if (!KEPT.past.length) return;
    KEPT.votes = KEPT.past.pop();
    kept("localStorage", root.dataset.keeps, KEPT);
    tally();
  }

  for (const button of all("button[data-vote]")) {
    // Pressed with a mouse it does not take the focus.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => castOne(button.dataset, (KEPT.votes[keyOf(button.dataset)] ?? 0) + 1));
  }
  for (const input of all("input[data-vote]")) {
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => {
      input.value = input.value.replace(/\D/g, "");
      castOne(input.dataset, input.value);
    });
    input.addEventListener("blur", tally);
  }
  for (const button of all("[data-undo]")) button.addEventListener("click", undo);
  const SURE = "Wipe them for good: press again";
  one("#wipe").addEventListener("click", () => {
    if (one("#wipe").textContent !== SURE) {
      one("#wipe").textContent = SURE;
      return;
    }
    one("#wipe").textContent = "Wipe the votes";
    KEPT.past = [];
    KEPT.votes = {};
    try {
      localStorage.removeItem(root.dataset.keeps);
    } catch {
      // Nothing was kept.
    }
    tally();
  });

  // Bars grow with the votes: against ten, or against the most that any has.
  function tally() {
    for (const stop of all(".stop")) {
      for (const kind of [".vote", ".worry"]) {
        const buttons = all(`${kind} button[data-vote]`, stop);
        const counts = buttons.map((button) => KEPT.votes[keyOf(button.dataset)] ?? 0);
        const most = Math.max(kind === ".vote" ? 10 : 5, ...counts);
        buttons.forEach((button, n) => {
          const share = `${((kind === ".vote" ? 100 : 64) * counts[n]) / most}%`;
          one(".bar", button).style[kind === ".vote" ? "width" : "height"] = share;
          if (kind === ".worry") one("output", button).textContent = counts[n] || "";
        });
      }
    }
    for (const input of all("input[data-vote]")) {
      const count = String(KEPT.votes[keyOf(input.dataset)] ?? 0);
      if (input !== document.activeElement || Number(input.value) !== Number(count)) input.value = count;
    }
    for (const output of all("output[data-vote]")) output.textContent = KEPT.votes[keyOf(output.dataset)] ?? 0;
    for (const output of all("output[data-middle]")) output.textContent = middle(output.dataset.stop);
    judge();
  }

  function middle(stop) {
    const votes = [...Array(11).keys()].flatMap((n) => Array(votesOf(stop, `worry_${n}`)).fill(n));
    return votes.length ? String(votes[Math.floor((votes.length - 1) / 2)]) : "–";
  }

  // Beside each stop what the room wanted and what that was, in hindsight; and how often its votes were right.
  function judge() {
    const score = { right: 0, "false alarm": 0, missed: 0 };
    const was = (assesses, warranted) => (assesses === warranted ? "right" : assesses ? "false alarm" : "missed");
    for (const row of all("#answer tr[data-stop]")) {
      const votes = all(`output[data-stop="${row.dataset.stop}"][data-assesses]`);
      const count = (assesses) => votes.filter((o) => o.dataset.assesses === assesses).reduce((sum, o) => sum + Number(o.textContent), 0);
      const [forIt, against] = [count("yes"), count("no")];
      const cell = one("[data-room]", row);
      cell.textContent = forIt + against ? `${forIt} of ${forIt + against} ` : "no votes";
      const warranted = row.dataset.warranted;
      if (!warranted || !(forIt + against)) continue;
      score[was(true, warranted === "yes")] += forIt;
      score[was(false, warranted === "yes")] += against;
      const chip = document.createElement("span");
      chip.className = "chip";
      chip.textContent = forIt === against ? "split" : was(forIt > against, warranted === "yes");
      chip.dataset.verdict = chip.textContent;
      cell.append(chip);
    }
    all("[data-score=room] td").forEach((cell, n) => {
      cell.textContent = Object.values(score)[n];
    });
  }

  one("#save").addEventListener("click", () => {
    const rows = [["stop", "records up to", "vote", "count"]];
    for (const stop of all(".stop")) {
      if (stop.dataset.when === "later") continue;
      for (const button of all("button[data-vote]", stop)) {
        const words = one(".words", button).textContent;
        const vote = button.dataset.vote.startsWith("worry") ? `worried ${words} of 10` : words;
        rows.push([stop.dataset.stop, one(".paper", stop).textContent, vote, votesOf(stop.dataset.stop, button.dataset.vote)]);
      }
    }
    const text = rows.map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(",")).join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }));
    link.download = `votes ${document.title}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });

  // The drawing fills the place there is, and leaves room below for each dated line.
  function fit() {
    const drawing = one("#stage .drawing");
    const [width, height] = [drawing.clientWidth, drawing.clientHeight];
    if (width < 100 || height < 100) return;
    const em = parseFloat(getComputedStyle(drawing).fontSize);
    const [left, top, right] = [Math.min(10 * em, 0.3 * width), 1.8 * em, 0.6 * em];
    const bottom = (root.dataset.shows === "table" ? 1.9 : 1.5 + 1.35 * chart.data("dated").length) * em;
    chart.padding({ left, top, right, bottom }).width(width - left - right).height(height - top - bottom);
    chart.signal("em", em).signal("left", left).runAsync();
  }
  drawn[0].then(({ view: of }) => {
    chart = of;
    new ResizeObserver(fit).observe(one("#stage .drawing"));
    show();
  });

  // On a narrow screen a chart is scrolled sideways, with the keyboard too.
  for (const drawing of all(".panel .drawing")) drawing.tabIndex = 0;

  place = Math.min(END, kept("sessionStorage", root.dataset.keeps) ?? 1);
  show();
}
