// setup.js is what only the pages of the set-up do: a machine's values follow while somebody looks at them, what is
// ticked there is kept at once, so that the next page knows of it, and the tree is put in order by dragging or with Alt and the arrows. Everything works without it by links and buttons.
(() => {
	"use strict";
	const put = (cell, text) => {
		if (cell.textContent !== text) cell.textContent = text;
	};

	// ---- what is ticked of a machine ----

	const form = document.querySelector("[data-ticks]");
	const unsent = new Map(); // address → whether it is ticked
	let sending = null;
	const ticked = (count) => {
		for (const el of document.querySelectorAll("[data-ticked]")) put(el, String(count));
		document.querySelector("[data-if-ticked]").hidden = count === 0;
	};
	const send = async () => {
		const now = new Map(unsent);
		unsent.clear();
		const body = new URLSearchParams([...now].map(([address, on]) => [on ? "node" : "was", address]));
		let told = {};
		try {
			const answer = await fetch(form.dataset.ticks, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
			told = await answer.json();
		} catch {
			// Nothing was told: it is said below.
		}
		const trouble = document.querySelector("[data-tick-trouble]");
		const kept = told.ticked !== undefined;
		trouble.hidden = kept;
		put(trouble, kept ? "" : told.problem ?? "The ticks are not kept: the server does not answer. Load the page anew and tick again.");
		if (kept) ticked(told.ticked);
		for (const box of kept ? [] : form.querySelectorAll('[name="node"]')) {
			if (now.has(box.value)) box.checked = !now.get(box.value);
		}
	};
	const settle = async () => {
		while (unsent.size > 0) await send();
		sending = null;
	};
	form?.addEventListener("change", (e) => {
		if (e.target.name !== "node") return;
		unsent.set(e.target.value, e.target.checked);
		sending ??= settle();
	});
	// Who turns elsewhere meanwhile waits for what is under way.
	document.addEventListener("click", (e) => {
		const link = e.target.closest?.("a[href]");
		if (!sending || !link || link.hash && link.pathname === location.pathname || e.ctrlKey || e.metaKey || e.shiftKey) return;
		e.preventDefault();
		sending.then(() => { location.href = link.href; });
	});
	document.addEventListener("submit", (e) => {
		if (!sending) return;
		e.preventDefault();
		sending.then(() => e.target.requestSubmit(e.submitter));
	});

	// ---- values of a machine that is looked through ----

	const patience = 10 * 60 * 1000; // a page that was left open lets go of the machine
	const every = 2000;
	const body = document.querySelector("[data-values]");
	let touched = Date.now();
	for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
		document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
	}
	const follow = async () => {
		if (!document.hidden && Date.now() - touched < patience) {
			try {
				const answer = await fetch(body.dataset.values, { headers: { Accept: "application/json" }, credentials: "same-origin" });
				if (!answer.ok) return; // the page says since when its values are
				const told = await answer.json();
				const rows = new Map([...body.rows].map((row) => [row.dataset.address, row]));
				for (const one of told.values) {
					const row = rows.get(one.address);
					if (!row) continue;
					put(row.querySelector("[data-value]"), one.value);
					put(row.querySelector("[data-quality]"), one.quality);
				}
				put(document.querySelector("[data-values-at]"), told.at);
				if (!sending) ticked(told.ticked); // another page may have ticked some too
			} catch {
				return;
			}
		}
		setTimeout(follow, every);
	};
	if (body) setTimeout(follow, every);

	// ---- the order of the tree ----

	const node = (el) => el.closest?.(".tree > li");
	const move = (item, steps) => {
		const form = item.querySelector("form.tree-act");
		if (!form || steps === 0) return;
		const to = Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: String(steps) });
		form.append(to);
		form.submit();
	};
	// What was moved has the focus, so that the same keys move it on. Going to the fragment would take it away again.
	addEventListener("load", () => document.querySelector(".tree-node:target a")?.focus({ preventScroll: true }));
	let held = null;
	const loose = () => {
		for (const item of document.querySelectorAll(".tree > li")) {
			if (item.parentElement.children.length > 1) item.querySelector(".tree-node").draggable = true;
		}
	};
	loose();
	document.addEventListener("panel", loose);
	document.addEventListener("dragstart", (e) => {
		if (!e.target.matches?.(".tree-node")) return;
		held = node(e.target);
		e.dataTransfer.effectAllowed = "move";
		e.dataTransfer.setData("text/plain", held.querySelector("a").textContent);
		held.classList.add("tree-held");
		const panel = held.closest("[data-panel]");
		if (panel) panel.dataset.held = ""; // nothing moves under the hand
	});
	// over is the neighbour that the held one is above, at any depth below it.
	const over = (e) => {
		if (!held) return null;
		let item = node(e.target);
		while (item && item.parentElement !== held.parentElement) item = node(item.parentElement);
		return item;
	};
	const clear = () => {
		for (const el of document.querySelectorAll(".tree-above, .tree-below")) el.classList.remove("tree-above", "tree-below");
	};
	const place = (item) => [...item.parentElement.children].indexOf(item);
	document.addEventListener("dragover", (e) => {
		const item = over(e);
		clear();
		if (!item || item === held) return;
		e.preventDefault();
		item.classList.add(place(item) < place(held) ? "tree-above" : "tree-below");
	});
	document.addEventListener("drop", (e) => {
		const item = over(e);
		if (!item || item === held) return;
		e.preventDefault();
		move(held, place(item) - place(held));
	});
	document.addEventListener("dragend", () => {
		held?.classList.remove("tree-held");
		clear();
		const panel = held?.closest("[data-held]");
		held = null;
		if (!panel) return;
		delete panel.dataset.held;
		document.dispatchEvent(new Event("letgo"));
	});
	document.addEventListener("keydown", (e) => {
		const steps = { ArrowUp: -1, ArrowDown: 1 }[e.key];
		const item = e.altKey && steps && e.target.closest?.(".tree-node") ? node(e.target) : null;
		if (!item) return;
		e.preventDefault();
		const at = place(item) + steps;
		if (at >= 0 && at < item.parentElement.children.length) move(item, steps);
	});
})();
