// schedule.js lets a planner drag a bar to another place in the chart. Everything works without it: by the bar's own page.
(() => {
	"use strict";

	const form = document.getElementById("drag");
	if (!form) return;
	let held = null; // the bar, where it was taken, and whether it was moved
	const lanes = () => [...document.querySelectorAll(".gantt-lane[data-lane]")];
	const laneAt = (y) => lanes().find((l) => {
		const box = l.getBoundingClientRect();
		return y >= box.top && y < box.bottom;
	});
	const bodyOf = (bar) => bar.querySelector(".gantt-body").getBoundingClientRect();

	for (const bar of document.querySelectorAll(".gantt-moves")) {
		bar.addEventListener("dragstart", (e) => e.preventDefault());
		bar.addEventListener("pointerdown", (e) => {
			if (e.button !== 0 || e.pointerType === "touch") return;
			held = { bar, x: e.clientX, y: e.clientY, moved: false };
		});
		bar.addEventListener("click", (e) => {
			if (bar.dataset.dragged) {
				e.preventDefault();
				delete bar.dataset.dragged;
			}
		});
	}
	document.addEventListener("pointermove", (e) => {
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
		return moved ? bar : null;
	};
	document.addEventListener("pointercancel", drop);
	document.addEventListener("keydown", (e) => {
		if (e.key === "Escape") drop();
	});
	document.addEventListener("pointerup", (e) => {
		const bar = drop();
		const lane = bar && laneAt(e.clientY);
		if (!lane) return;
		const next = [...lane.querySelectorAll(".gantt-bar")].filter((b) => b !== bar)
			.find((b) => { const box = bodyOf(b); return box.left + box.width / 2 > e.clientX; });
		form.elements.bar.value = bar.dataset.bar;
		form.elements.machine.value = lane.dataset.lane;
		form.elements.before.value = next?.dataset.bar ?? "";
		form.submit();
	});
})();
