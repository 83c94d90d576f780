// item.js is what only the pages of items do: rows of an editor are moved by the keyboard and pasted from a spreadsheet,
// and labels are read by the camera. Everything works without it: by buttons, the field to paste into, and a scanner that types.
(() => {
	"use strict";

	// ---- rows of an editor ----

	// press does what a button beside a row does, and comes back to the field.
	const press = (row, what) => row.querySelector(`button[value*="-${what}-"]`)?.click();
	for (const table of document.querySelectorAll("[data-rows]")) {
		table.addEventListener("keydown", (e) => {
			const row = e.target.closest("tbody tr");
			if (!row || !e.altKey || e.ctrlKey || e.metaKey) return;
			const what = { ArrowUp: "up", ArrowDown: "down", Delete: "drop" }[e.key];
			if (!what) return;
			e.preventDefault();
			try {
				const at = [...row.parentElement.children].indexOf(row) + { up: -1, down: 1, drop: 0 }[what];
				sessionStorage.setItem("row", e.target.id.replace(/\d+$/, String(Math.max(at, 0))));
			} catch {
				// Nothing is kept: the cursor begins at the top.
			}
			press(row, what);
		});
	}
	try {
		document.getElementById(sessionStorage.getItem("row") ?? "")?.focus();
		sessionStorage.removeItem("row");
	} catch {
		// Likewise.
	}
	// What is pasted with several lines or columns into the item of a row is a paste of lines.
	const paste = document.getElementById("paste");
	document.querySelector("[data-rows=lines]")?.addEventListener("paste", (e) => {
		const text = e.clipboardData?.getData("text") ?? "";
		if (!paste || !/[\t\n]/.test(text.trim()) || !e.target.id?.startsWith("lines-item-")) return;
		e.preventDefault();
		paste.value = text;
		document.querySelector("button[value=lines-more]").click();
	});

	// ---- codes by the camera ----

	const form = document.querySelector("[data-scan]");
	const start = form?.querySelector("[data-scan-start]");
	if (!start || !navigator.mediaDevices?.getUserMedia) return;
	const said = form.querySelector("[data-scan-said]");
	if (!("BarcodeDetector" in window)) {
		said.textContent = "This browser reads no codes by camera: use a scanner, or write the code.";
		return;
	}
	start.hidden = false;
	let stream = null;
	const stop = () => {
		for (const track of stream?.getTracks() ?? []) track.stop();
		stream = null;
	};
	const look = async (detector, video) => {
		while (stream) {
			const found = await detector.detect(video).catch(() => []);
			if (found.length > 0 && stream) {
				stop();
				form.elements.code.value = found[0].rawValue;
				form.requestSubmit();
				return;
			}
			await new Promise((done) => { setTimeout(done, 150); });
		}
	};
	start.addEventListener("click", async () => {
		if (stream) return;
		try {
			stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
			const video = form.querySelector("[data-scan-video]");
			video.srcObject = stream;
			video.hidden = false;
			await video.play();
			said.textContent = "Hold the code before the camera.";
			await look(new BarcodeDetector(), video);
		} catch {
			stop();
			said.textContent = "The camera cannot be used: allow it in the browser, or write the code.";
		}
	});
	window.addEventListener("pagehide", stop);
})();
