// schedule.js lets a planner drag a bar to another place in the chart, by mouse, pen, or a finger that rests on it for a moment.
// Everything works without it: by the bar's own page.
(() => {
	"use strict";

	const form = () => document.getElementById("drag"); // it comes anew with each schedule
	if (!form()) return;
	let held = null; // the bar, where it was taken, and whether it was moved
	let press = null; // a finger that rests on a bar: it scrolls the page until it has done so for a moment
	const rests = 400, still = 10; // ms, and pixels
	const lanes = () => [...document.querySelectorAll(".gantt-lane[data-lane]")];
	const laneAt = (y) => lanes().find((l) => {
		const box = l.getBoundingClientRect();
		return y >= box.top && y < box.bottom;
	});
	const bodyOf = (bar) => bar.querySelector(".gantt-body").getBoundingClientRect();
	const barOf = (e) => e.target instanceof Element ? e.target.closest(".gantt-moves") : null;

	// While a bar is held its panel stays as it is: what comes waits until it is let go.
	const hold = (bar, is) => {
		const panel = bar.closest("[data-panel]");
		if (!panel) return;
		if (is) panel.dataset.held = "";
		else {
			delete panel.dataset.held;
			document.dispatchEvent(new Event("letgo"));
		}
	};

	document.addEventListener("dragstart", (e) => {
		if (barOf(e)) e.preventDefault();
	});
	document.addEventListener("pointerdown", (e) => {
		const bar = barOf(e);
		leave();
		if (!e.isPrimary) cancel(); // a second finger means something else
		if (!bar || e.button !== 0 || !e.isPrimary) return;
		if (e.pointerType !== "touch") {
			take(bar, e.clientX, e.clientY);
			return;
		}
		press = { x: e.clientX, y: e.clientY, timer: setTimeout(() => {
			press = null;
			if (!bar.isConnected) return;
			take(bar, e.clientX, e.clientY);
			held.touch = true;
			bar.classList.add("gantt-dragged");
		}, rests) };
	});
	const take = (bar, x, y) => {
		held = { bar, x, y, moved: false };
		hold(bar, true);
	};
	const leave = () => {
		clearTimeout(press?.timer);
		press = null;
	};
	// A finger that holds a bar neither scrolls the page nor opens a menu.
	document.addEventListener("touchmove", (e) => {
		if (held?.touch) e.preventDefault();
	}, { passive: false });
	document.addEventListener("contextmenu", (e) => {
		if (held?.touch || press) e.preventDefault();
	});
	document.addEventListener("click", (e) => {
		const bar = barOf(e);
		if (bar?.dataset.dragged) {
			e.preventDefault();
			delete bar.dataset.dragged;
		}
	});
	document.addEventListener("pointermove", (e) => {
		if (press && Math.hypot(e.clientX - press.x, e.clientY - press.y) > still) leave();
		if (!held) return;
		const dx = e.clientX - held.x, dy = e.clientY - held.y;
		if (!held.moved && Math.hypot(dx, dy) < 6) return;
		held.moved = true;
		e.preventDefault();
		held.bar.classList.add("gantt-dragged");
		held.bar.setAttribute("transform", `translate(${dx} ${dy})`);
		const at = laneAt(e.clientY);
		for (const l of lanes()) l.classList.toggle("gantt-over", l === at);
	});
	const drop = () => {
		if (!held) return null;
		const { bar, moved } = held;
		held = null;
		bar.classList.remove("gantt-dragged");
		bar.removeAttribute("transform");
		for (const l of lanes()) l.classList.remove("gantt-over");
		if (moved) bar.dataset.dragged = "1";
		return { bar, moved };
	};
	const cancel = () => {
		leave();
		const it = drop();
		if (it) hold(it.bar, false);
	};
	document.addEventListener("pointercancel", cancel);
	document.addEventListener("keydown", (e) => {
		if (e.key === "Escape") cancel();
	});
	document.addEventListener("pointerup", (e) => {
		leave();
		const it = drop();
		if (!it) return;
		const lane = it.moved && laneAt(e.clientY);
		if (!lane) {
			// The click that follows still finds the bar that was held.
			setTimeout(() => hold(it.bar, false));
			return;
		}
		const next = [...lane.querySelectorAll(".gantt-bar")].filter((b) => b !== it.bar)
			.find((b) => { const box = bodyOf(b); return box.left + box.width / 2 > e.clientX; });
		const to = form().elements;
		to.bar.value = it.bar.dataset.bar;
		to.machine.value = lane.dataset.lane;
		to.before.value = next?.dataset.bar ?? "";
		form().submit(); // with the version that was seen: what came meanwhile still waits
	});

	// The form that moves the chosen bar belongs to the schedule that the page shows.
	document.addEventListener("panel", () => {
		const seen = form()?.elements.version.value;
		const move = document.querySelector('section[aria-labelledby="move"] form');
		if (seen && move) move.elements.version.value = seen;
	});
})();
