// The papers: a button prints its own, and nothing else of the page.
for (const button of document.querySelectorAll("button[data-paper]")) {
  button.addEventListener("click", () => {
    const sheet = document.createElement("div");
    sheet.id = "sheet";
    sheet.append(button.parentElement.querySelector("template").content.cloneNode(true));
    document.body.append(sheet);
    window.addEventListener("afterprint", () => sheet.remove(), { once: true });
    window.print();
  });
}
