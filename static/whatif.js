// whatif.js reckons anew as soon as something is changed: it asks the page for what came of it, and puts that in its place.
(() => {
	"use strict";
	const form = document.querySelector("[data-whatif]");
	if (!form) return;

	form.addEventListener("input", (e) => {
		if (e.target.type !== "range") return;
		e.target.parentElement.querySelector("output").textContent = e.target.value === "0" ? "0\u00a0%" : `−${e.target.value}\u00a0%`;
	});

	const address = () => {
		const fields = [...new FormData(form)].filter(([, value]) => value !== "" && value !== "0");
		return `${form.getAttribute("action")}?${new URLSearchParams(fields)}`;
	};
	let turn = 0;
	form.addEventListener("change", async () => {
		const mine = ++turn;
		const at = address();
		form.dataset.busy = "";
		try {
			const answer = await fetch(at, { headers: { Accept: "text/html" } });
			const page = new DOMParser().parseFromString(await answer.text(), "text/html");
			const fresh = page.getElementById("whatif-result");
			if (mine !== turn) return;
			if (!answer.ok || !fresh) return location.assign(at); // the page says what is wrong
			Idiomorph.morph(document.getElementById("whatif-result"), fresh, { morphStyle: "outerHTML" });
			history.replaceState(null, "", at);
		} catch {
			// The server is away for a moment: the button asks again.
		} finally {
			if (mine === turn) delete form.dataset.busy;
		}
	});
})();
