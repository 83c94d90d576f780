// live.js keeps a page's panels as they are on the server: it connects, morphs what comes, and says when nothing comes.
// It is meant to run for months without being touched: one socket, one clock, nothing that grows.
(() => {
	"use strict";
	const root = document.documentElement;
	const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
	const build = meta("build");

	const beatEvery = 2000; // of the server
	const lostAfter = 5000; // without a word the page counts as old
	const deadAfter = 8000; // without a word the connection is given up
	const closeSignedOut = 4401; // the server's word that the session has ended
	const wakeWithin = 1500; // after waking up: without a word in this time the connection is given up

	// ---- the server's clock ----

	// The offset follows the beat that took the shortest way: every other one was only later.
	let offset = Number(meta("now")) - Date.now();
	let certain = false;
	const serverNow = () => Date.now() + offset;
	const setClock = (beat) => {
		const seen = beat - Date.now();
		// A sample above the present one travelled faster. Below it the offset sinks slowly, so that a drifting
		// clock is followed; a jump of more than ten seconds is a clock that was set.
		if (!certain || seen > offset || offset - seen > 10000) offset = seen;
		else offset -= Math.min(offset - seen, 2);
		certain = true;
	};

	// ---- words for times, the same as the server's ----

	const two = (n) => String(n).padStart(2, "0");
	const bound = "\u00a0";
	const timer = (ms) => {
		const s = Math.floor(Math.max(ms, 0) / 1000);
		if (s >= 86400) return `${Math.floor(s / 86400)}${bound}d ${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}`;
		if (s >= 3600) return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
		return `${two(Math.floor(s / 60))}:${two(s % 60)}`;
	};
	const pair = (a, unit, b, small) => b ? `${a}${bound}${unit} ${b}${bound}${small}` : `${a}${bound}${unit}`;
	const span = (ms) => {
		const s = Math.round(Math.max(ms, 0) / 1000);
		if (s < 60) return pair(s, "s");
		if (s < 600) return pair(Math.floor(s / 60), "min", s % 60, "s");
		const m = Math.round(s / 60);
		if (m < 60) return pair(m, "min");
		if (m < 1440) return pair(Math.floor(m / 60), "h", m % 60, "min");
		const h = Math.round(s / 3600);
		return pair(Math.floor(h / 24), "d", h % 24, "h");
	};
	const age = (ms) => {
		if (ms < 1000) return "now";
		if (ms < 60000) return pair(Math.floor(ms / 1000), "s");
		if (ms < 3600000) return pair(Math.floor(ms / 60000), "min");
		if (ms < 86400000) return pair(Math.floor(ms / 3600000), "h");
		return pair(Math.floor(ms / 86400000), "d");
	};
	// A clock for each zone of the plant: a display may show walls of several sites.
	const clocks = new Map();
	const clockOf = (zone) => {
		if (!clocks.has(zone)) clocks.set(zone, new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }));
		return clocks.get(zone);
	};

	const write = (el, text) => {
		if (el.textContent !== text) el.textContent = text;
	};
	const tick = (within) => {
		const now = serverNow();
		for (const el of within.querySelectorAll("[data-since]")) write(el, timer(now - Number(el.dataset.since)));
		for (const el of within.querySelectorAll("[data-until]")) write(el, span(Number(el.dataset.until) - now));
		for (const el of within.querySelectorAll("[data-age]")) write(el, age(now - Number(el.dataset.age)));
		for (const el of within.querySelectorAll("[data-clock]")) write(el, clockOf(el.dataset.clock || root.dataset.zone || "UTC").format(now));
	};

	// ---- connected or not ----

	const opened = Date.now();
	let heard = 0; // when the server was last heard, by this machine's clock
	const silence = () => Date.now() - (heard || opened);
	const showLink = () => {
		const lost = silence() > lostAfter;
		const state = lost ? "lost" : heard ? "live" : "";
		if (state && root.dataset.link !== state) root.dataset.link = state;
		const word = document.querySelector("[data-link-text]");
		if (word && state) write(word, lost ? `No connection for ${timer(silence())}` : "Live");
		const stale = document.querySelector("[data-stale]");
		if (stale) {
			if (stale.hidden === lost) stale.hidden = !lost;
			write(stale.querySelector("[data-stale-age]"), timer(silence()));
		}
	};

	// ---- panels ----

	// A list that is being read keeps its order: rows that are known stay where they are, new ones come after them.
	// It takes the server's order again once nobody has touched the page for two minutes.
	let touched = Date.now();
	for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"]) {
		addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
	}
	const keepOrder = (panel, fresh) => {
		if (document.hidden || Date.now() - touched > 120000) return;
		const old = panel.querySelector("[data-steady]");
		const list = fresh.querySelector("[data-steady]");
		if (!old || !list) return;
		const place = new Map([...old.children].map((row, i) => [row.id, i]));
		const rank = (row) => place.get(row.id) ?? place.size;
		list.append(...[...list.children].sort((a, b) => rank(a) - rank(b)));
	};

	// Words that changed light up for a moment.
	const calm = matchMedia("(prefers-reduced-motion: reduce)");
	const wordsOf = (panel) => new Map([...panel.querySelectorAll("[data-flash]")].map((el) => [el, el.querySelector(".block-word")?.textContent]));
	const flash = (before) => {
		if (calm.matches) return;
		for (const [el, word] of before) {
			if (el.isConnected && el.querySelector(".block-word")?.textContent !== word) {
				el.animate([{ opacity: 0.35 }, { opacity: 1 }], { duration: 600, easing: "ease-out" });
			}
		}
	};

	const morphing = {
		morphStyle: "outerHTML",
		restoreFocus: true,
		callbacks: {
			// What the reader opened stays open, what a filter hid stays hidden, and what was typed stays there.
			beforeAttributeUpdated: (name, el) => !(name === "open" && el.tagName === "DETAILS") && name !== "hidden" &&
				!(name === "value" && (el.dataset.filter ?? el.dataset.typed) !== undefined),
		},
	};
	const template = document.createElement("template");
	const waiting = new Map(); // what came of panels of which the reader holds something: the newest of each
	const show = (html) => {
		template.innerHTML = html;
		const fresh = template.content.firstElementChild;
		const panel = fresh && document.getElementById(fresh.id);
		if (!panel || panel.dataset.panel === undefined) return;
		if (panel.dataset.held !== undefined) {
			waiting.set(fresh.id, html);
			return;
		}
		const at = panel.contains(document.activeElement) ? document.activeElement.id : "";
		keepOrder(panel, fresh);
		tick(fresh);
		const before = wordsOf(panel);
		Idiomorph.morph(panel, fresh, morphing);
		template.innerHTML = "";
		if (at && document.activeElement?.id !== at) document.getElementById(at)?.focus({ preventScroll: true });
		flash(before);
		document.dispatchEvent(new Event("panel"));
	};

	document.addEventListener("letgo", () => {
		const held = [...waiting.values()];
		waiting.clear();
		held.forEach(show);
	});

	// ---- a new build ----

	// The page loads itself anew when the server is another build: only once it is known to answer, and only a page
	// that has stood for a while, should an intermediary keep giving out the old one, and none with a form that
	// somebody fills in.
	let reloading = false;
	let filling = false;
	addEventListener("input", (event) => { filling ||= event.target.closest("form.form-page") !== null; });
	const settled = () => performance.now() > 30000 && !filling;
	const reload = async () => {
		if (reloading || !settled()) return;
		reloading = true;
		try {
			const answer = await fetch(location.href, { cache: "no-store" });
			if (answer.ok) location.reload();
		} catch {
			// The server is not there again: the next beat will tell.
		}
		reloading = false;
	};

	const beat = (message) => {
		setClock(message.beat);
		if (build && message.build && message.build !== build) reload();
	};

	// ---- the socket ----

	let socket = null;
	let attempts = 0;
	let retry = 0;

	const names = () => [...document.querySelectorAll("[data-panel]")].map((el) => el.dataset.panel).slice(0, 64);

	const drop = () => {
		if (!socket) return;
		socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
		socket.close();
		socket = null;
	};

	const again = () => {
		drop();
		clearTimeout(retry);
		attempts++;
		const most = Math.min(500 * 2 ** Math.min(attempts, 5), 5000);
		retry = setTimeout(connect, 500 + Math.random() * (most - 500));
		if (attempts % 3 === 0) signedOut(false);
	};

	// A server that answers but refuses the socket may have ended the session: then the page itself says what to do.
	// A display that was given another wall is led there in the same way: told so, it asks at once.
	const signedOut = async (told) => {
		if (!told && !settled()) return;
		try {
			const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
			if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) location.reload();
		} catch {
			// Not reachable: go on trying.
		}
	};

	let since = 0; // when the present socket was made
	function connect() {
		clearTimeout(retry);
		drop();
		since = Date.now();
		const url = new URL("/live", location.href);
		url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
		socket = new WebSocket(url);
		socket.onopen = () => socket.send(JSON.stringify({ watch: names() }));
		socket.onmessage = (e) => {
			heard = Date.now();
			attempts = 0;
			const text = e.data;
			if (typeof text !== "string") return;
			if (text.startsWith("{")) beat(JSON.parse(text));
			else show(text);
			if (root.dataset.link !== "live") showLink();
		};
		socket.onclose = (e) => {
			if (e.code === closeSignedOut) signedOut(true);
			again();
		};
	}

	// One clock for everything. It also notices a connection that died without a word.
	let woken = 0;
	const second = () => {
		tick(document);
		showLink();
		if (!socket) return;
		const quiet = Date.now() - Math.max(heard, since);
		if (quiet > deadAfter) again();
	};

	// A page that comes back to sight asks at once; a connection that does not answer soon is made anew.
	const wake = () => {
		if (document.hidden) return;
		second();
		if (!socket || socket.readyState > WebSocket.OPEN) {
			attempts = 0;
			connect();
			return;
		}
		if (Date.now() - Math.max(heard, since) < beatEvery + 500) return;
		clearTimeout(woken);
		const asked = Date.now();
		if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ watch: names() }));
		woken = setTimeout(() => {
			if (heard < asked) {
				attempts = 0;
				connect();
			}
		}, wakeWithin);
	};
	document.addEventListener("visibilitychange", wake);
	addEventListener("pageshow", wake);
	addEventListener("focus", wake);
	addEventListener("online", wake);

	setInterval(second, 1000);
	tick(document);
	connect();
})();
