// replay.js plays the past: it moves a moment along and asks the server how all stood then. It reckons nothing itself, so
// that what is shown at a moment is what the page of that moment shows. One question is on its way at a time; the next is
// about the moment that has been reached by then.
(() => {
	"use strict";
	const root = document.querySelector("[data-replay]");
	if (!root) return;
	const slider = root.querySelector("[data-slider]");
	const button = root.querySelector("[data-play]");
	const said = root.querySelector("[data-said]");
	const [from, to] = [Number(root.dataset.from), Number(root.dataset.to)];
	const pause = 150; // between an answer and the next question: the server has others to serve
	const step = 10000;

	let at = Number(root.dataset.at); // ms
	let playing = false;
	let last = 0; // when the moment was moved last, while it plays
	let asking = false;
	let wanted = at; // the moment that is to be seen
	let seen = at;

	const shown = () => document.getElementById("replay-moment");
	const words = () => shown().querySelector("strong").textContent;
	const speed = () => Number(root.querySelector("input[name=speed]:checked").value);
	const bounded = (ms) => Math.min(Math.max(ms, from), to);
	const address = (path, ms) => `${path}${path.includes("?") ? "&" : "?"}at=${Math.round(ms) * 1000}`;

	const template = document.createElement("template");
	const ask = async () => {
		if (asking || wanted === seen) return;
		asking = true;
		const moment = wanted;
		try {
			const answer = await fetch(address(root.dataset.view, moment), { headers: { Accept: "text/html" } });
			if (answer.status === 401 || answer.status === 403) return location.reload();
			if (!answer.ok) throw new Error(answer.statusText);
			template.innerHTML = await answer.text();
			Idiomorph.morph(shown(), template.content.firstElementChild, { morphStyle: "outerHTML" });
			template.innerHTML = "";
			seen = moment;
			slider.setAttribute("aria-valuetext", words());
			root.removeAttribute("data-lost");
		} catch {
			asking = false;
			seen = NaN; // and is asked for again with the next move
			stop();
			root.dataset.lost = "";
			said.textContent = "The server does not answer; play again in a moment.";
			return;
		}
		asking = false;
		if (!playing && wanted === seen) settled();
		setTimeout(ask, pause);
	};

	// settled is what is done once a moment stands still: its address can be passed on, and it is read out.
	const settled = () => {
		history.replaceState(null, "", address(root.dataset.page, seen));
		const field = document.getElementById("at");
		if (field) field.value = shown().dataset.typed;
		said.textContent = words();
	};

	const move = (ms) => {
		at = bounded(ms);
		slider.value = at;
		wanted = Math.round(at / 1000) * 1000;
		if (wanted < from || wanted > to) wanted = at;
		ask();
	};

	const frame = (now) => {
		if (!playing) return;
		if (last) move(at + (now - last) * speed());
		last = now;
		if (at >= to) stop();
		else requestAnimationFrame(frame);
	};
	function stop() {
		if (!playing) return;
		playing = false;
		button.textContent = "Play";
		if (!asking && wanted === seen) settled();
	}
	const play = () => {
		if (playing) return stop();
		if (at >= to) move(from);
		playing = true;
		last = 0;
		button.textContent = "Pause";
		requestAnimationFrame(frame);
	};

	button.addEventListener("click", play);
	slider.addEventListener("input", () => {
		stop();
		move(Number(slider.value));
	});
	const keys = {
		" ": () => play(),
		ArrowLeft: (e) => move(at - (e.shiftKey ? 6 : 1) * step),
		ArrowRight: (e) => move(at + (e.shiftKey ? 6 : 1) * step),
		Home: () => move(from),
		End: () => move(to),
	};
	document.addEventListener("keydown", (e) => {
		if (e.ctrlKey || e.metaKey || e.altKey || !(e.key in keys)) return;
		if (e.target !== slider && e.target.closest("input, select, textarea, summary, [tabindex='0'], a, button")) return;
		e.preventDefault();
		if (e.key !== " ") stop();
		keys[e.key](e);
	});
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) stop();
	});
	slider.value = at;
	slider.setAttribute("aria-valuetext", words());
})();
