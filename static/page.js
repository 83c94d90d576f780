// page.js is what every page does in the browser: the theme switch, the menu, keys and filters of tables.
(() => {
	"use strict";
	const root = document.documentElement;
	root.dataset.scripts = "";

	// The theme is a cookie, so that the server draws the page in it from the first byte.
	const dark = () => root.dataset.theme === "dark" ||
		(root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

	document.addEventListener("submit", (e) => {
		if (!e.target.matches("[data-theme-switch]")) return;
		e.preventDefault();
		const theme = dark() ? "light" : "dark";
		document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
		root.dataset.theme = theme;
		document.dispatchEvent(new Event("theme"));
	});

	// An open menu or formula closes when the reader turns elsewhere.
	const closeMenus = (except) => {
		for (const menu of document.querySelectorAll("[data-menu][open]")) {
			if (menu !== except) menu.open = false;
		}
	};
	document.addEventListener("click", (e) => closeMenus(e.target.closest("[data-menu]")));
	document.addEventListener("keydown", (e) => {
		if (e.key !== "Escape") return;
		const menu = document.querySelector("[data-menu][open]");
		if (menu) {
			menu.open = false;
			menu.querySelector("summary").focus();
		}
	});

	// A filter hides what does not hold all of its words. Live parts are filtered again after each change.
	const filter = (input) => {
		const body = document.getElementById(input.dataset.filter);
		if (!body) return;
		const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
		for (const row of body.querySelectorAll("tr, label.pick")) {
			const group = row.closest("fieldset")?.querySelector("legend")?.textContent ?? "";
			const text = `${group} ${row.textContent}`.toLowerCase();
			row.hidden = words.some((w) => !text.includes(w));
		}
	};
	const filters = () => document.querySelectorAll("input[data-filter]");
	document.addEventListener("input", (e) => {
		if (e.target.matches("input[data-filter]")) filter(e.target);
	});
	document.addEventListener("panel", () => {
		for (const input of filters()) if (input.value) filter(input);
	});

	// j and k walk through the rows of tables, / goes to the filter; Enter follows the link that has the focus.
	const walk = (step) => {
		const rows = document.querySelectorAll("[data-rows] tr:not([hidden]), [data-steady] > li h2");
		const stops = [...rows].map((row) => row.querySelector("a") ?? row.querySelector("input[type=checkbox]")).filter((a) => a && a.offsetParent !== null);
		if (stops.length === 0) return;
		const at = stops.indexOf(document.activeElement);
		const next = at < 0 ? (step > 0 ? 0 : stops.length - 1) : Math.min(Math.max(at + step, 0), stops.length - 1);
		stops[next].focus();
	};
	document.addEventListener("keydown", (e) => {
		if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input:not([type=checkbox]), textarea, select, [data-pane-plot]")) return;
		if (e.key === "j") walk(1);
		else if (e.key === "k") walk(-1);
		else if (e.key === "x") document.activeElement?.closest("[data-rows] tr")?.querySelector("input[name=row]")?.click();
		else if (e.key === "/") {
			const first = filters()[0] ?? document.querySelector("input[type=search]");
			if (!first) return;
			e.preventDefault();
			first.focus();
		}
	});

	// What is being worked on is asked for again until it is done; then the page is what came of it.
	const poll = async (part) => {
		try {
			const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
			const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-poll]");
			if (!next) {
				location.reload();
				return;
			}
			part.replaceChildren(...next.childNodes);
		} catch {
			// The server is away for a moment: ask again.
		}
		setTimeout(poll, 500, part);
	};
	const working = document.querySelector("[data-poll]");
	if (working) setTimeout(poll, 300, working);

	// The first thing to read after a refused form is what was wrong with it.
	document.querySelector(".faults")?.focus();
})();
