// terminal.js lets a terminal be used while the network is away: what cannot be sent waits here, in the order in which it
// was done, and is sent once when the server is there again. Each act carries a key, so that one whose answer was lost is
// not done twice. The page itself must have been loaded; without scripts its forms are plain ones.
(() => {
	"use strict";
	const page = document.querySelector("[data-terminal]");
	if (!page) return;
	const me = page.dataset.terminal;
	const store = "millwright.terminal"; // one list for all people of this tablet: each sends what is theirs
	const patience = 15000; // until an answer counts as lost
	const most = 200;

	const load = () => {
		try {
			const all = JSON.parse(localStorage.getItem(store) ?? "[]");
			return Array.isArray(all) ? all : [];
		} catch {
			return [];
		}
	};
	const save = (all) => localStorage.setItem(store, JSON.stringify(all));
	const change = (key, with_) => save(load().flatMap((act) => act.key === key ? with_(act) : [act]));
	const waiting = () => load().filter((act) => act.who === me && !act.refused);
	const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

	// ---- what is told of it ----

	const box = document.createElement("section");
	box.className = "op-queue";
	box.setAttribute("role", "status");
	box.setAttribute("aria-label", "Not sent yet");
	page.prepend(box);

	const element = (name, text, className) => {
		const el = document.createElement(name);
		el.textContent = text;
		if (className) el.className = className;
		return el;
	};
	const show = () => {
		const all = load();
		const mine = all.filter((act) => act.who === me);
		const others = [...new Set(all.filter((act) => act.who !== me && !act.refused).map((act) => act.who))];
		const queue = mine.filter((act) => !act.refused);
		box.replaceChildren();
		if (queue.length > 0) {
			box.append(element("p", `${queue.length} waiting to be sent`, "op-waiting"));
			const list = document.createElement("ol");
			for (const act of queue) list.append(element("li", act.words));
			box.append(list);
		}
		for (const who of others) {
			box.append(element("p", `${all.filter((act) => act.who === who && !act.refused).length} of ${who} wait until ${who} signs in here`));
		}
		for (const act of mine.filter((act) => act.refused)) {
			const note = element("div", "", "op-refused");
			const words = document.createElement("p");
			words.append(element("strong", `Not taken: ${act.words}. `), act.refused);
			const drop = element("button", "I have read it", "button");
			drop.type = "button";
			drop.addEventListener("click", () => {
				change(act.key, () => []);
				show();
			});
			note.append(words, drop);
			box.append(note);
		}
		box.hidden = box.childElementCount === 0;
	};

	// ---- sending ----

	const parse = (text) => new DOMParser().parseFromString(text, "text/html");
	const said = (doc) => {
		const parts = [...doc.querySelectorAll('main [role="alert"]')].flatMap((el) => [...el.querySelectorAll("li")].concat(el.querySelector("li") ? [] : [el]));
		const words = parts.map((el) => el.textContent.trim().replace(/\s+/g, " "));
		return words.join(" ") || doc.querySelector("h1")?.textContent.trim() || "The server did not say why.";
	};

	// send gives what became of an act: "done", "away" when nobody knows, "closed" when one has to sign in again, or the
	// page that says why it was refused.
	const send = async (act) => {
		const end = new AbortController();
		const timer = setTimeout(() => end.abort(), patience);
		try {
			const answer = await fetch(act.to, { method: "POST", body: new URLSearchParams(act.form), redirect: "manual", signal: end.signal });
			if (answer.type === "opaqueredirect" || answer.ok) return "done";
			if (answer.status === 401) return "closed";
			if (answer.status >= 500 || answer.status === 429) return "away";
			return parse(await answer.text());
		} catch {
			return "away";
		} finally {
			clearTimeout(timer);
		}
	};

	let busy = false;
	let retry = 0;
	// flush sends what waits, in its order. fresh is the act that somebody has just done: if it alone is refused, its page
	// takes the place of this one, with what was typed in it.
	const flush = async (fresh) => {
		if (busy) return;
		busy = true;
		clearTimeout(retry);
		let sent = 0;
		let stays = false;
		for (let [act] = waiting(); act; [act] = waiting()) {
			const came = await send(act);
			if (came === "away" || came === "closed") {
				stays = true;
				if (came === "closed") box.append(element("p", "Sign in again to send it."));
				break;
			}
			if (came === "done") {
				sent++;
				change(act.key, () => []);
				continue;
			}
			if (act.key === fresh && sent === 0 && came.querySelector("[data-terminal]")) {
				change(act.key, () => []);
				busy = false;
				swap(came);
				return;
			}
			change(act.key, (a) => [{ ...a, refused: said(came) }]);
			stays = true;
		}
		busy = false;
		show();
		if (waiting().length > 0) retry = setTimeout(() => flush(), 5000);
		if (sent > 0 && !stays && !typing()) location.replace(location.pathname);
		else if (sent > 0) document.dispatchEvent(new Event("sent"));
	};

	// typing tells whether somebody has begun to fill a form in, which a new page would take away.
	const typing = () => [...page.querySelectorAll("input[type=text]")].some((input) => input.value !== input.defaultValue);

	const swap = (doc) => {
		const fresh = document.adoptNode(doc.querySelector("[data-terminal]"));
		page.replaceChildren(box, ...fresh.children);
		show();
		(page.querySelector('[role="alert"]') ?? page).focus();
		page.querySelector('[role="alert"]')?.scrollIntoView({ block: "center" });
	};

	document.addEventListener("submit", (e) => {
		const form = e.target;
		if (!form.matches("[data-send]") || !page.contains(form)) return;
		const data = new FormData(form, e.submitter);
		const all = load();
		if (all.length >= most) return; // no more is kept: then the form is sent as forms are
		const key = newKey();
		data.set("key", key);
		const what = e.submitter?.textContent.trim() ?? "";
		const words = form.dataset.send === what ? what : `${form.dataset.send}: ${what}`;
		try {
			save([...all, { key, who: me, to: form.getAttribute("action"), form: [...data], words }]);
		} catch {
			return; // nothing can be kept here
		}
		e.preventDefault();
		for (const input of form.querySelectorAll("input[type=text]")) input.defaultValue = input.value;
		show();
		flush(key);
	});

	// ---- which stop the form is about: told without a new page, as there may be no network ----

	page.addEventListener("click", (e) => {
		const link = e.target.closest("a[data-stop]");
		const answer = document.getElementById("answer");
		if (!link || !answer?.querySelector("form") || e.ctrlKey || e.metaKey || e.shiftKey) return;
		e.preventDefault();
		const set = (name, value) => {
			for (const input of answer.querySelectorAll(`input[name="${name}"]`)) input.value = value;
		};
		set("at", link.dataset.stop);
		set("to", link.dataset.to);
		set("seen", link.dataset.seen);
		answer.querySelector("[data-about]").textContent = link.dataset.title;
		answer.querySelector("[data-facts]").textContent = link.dataset.facts;
		answer.querySelector("[data-more]").href = link.dataset.more;
		for (const input of answer.querySelectorAll("input[type=text]")) {
			input.value = input.name === "cut" ? link.dataset.middle : "";
			input.defaultValue = input.value;
		}
		for (const button of answer.querySelectorAll(".op-chosen")) button.classList.remove("op-chosen");
		const groups = [...answer.querySelectorAll("[data-recent]")];
		const mine = groups.find((g) => g.dataset.recent === link.dataset.unit) ?? groups[0];
		for (const group of groups) group.hidden = group !== mine;
		for (const hunch of answer.querySelectorAll("[data-hunch]")) hunch.hidden = hunch.dataset.hunch !== link.dataset.stop;
		answer.scrollIntoView({ block: "nearest" });
		answer.querySelector("h2").focus({ preventScroll: true });
	});

	addEventListener("online", () => flush());
	addEventListener("storage", show);
	show();
	flush();
})();
