// trend.js draws charts over the ones that the server drew: zoom, pan, several pens, gaps hatched.
(() => {
	"use strict";
	const root = document.documentElement;
	const zone = root.dataset.zone || "UTC";
	const css = (el, name) => getComputedStyle(el).getPropertyValue(name).trim();
	const rem = () => parseFloat(getComputedStyle(root).fontSize);

	// ---- words ----

	const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
	const minute = format({ hour: "2-digit", minute: "2-digit" });
	const second = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
	const day = format({ day: "numeric", month: "short" });
	const moment = (s) => `${day.format(s * 1000)}, ${minute.format(s * 1000)}`;
	const spanOf = (from, to) => {
		const fine = to - from < 600 ? second : minute;
		const same = day.format(from * 1000) === day.format(to * 1000);
		return `${day.format(from * 1000)}, ${fine.format(from * 1000)} – ${same ? "" : `${day.format(to * 1000)}, `}${fine.format(to * 1000)}`;
	};
	const reading = (signs) => (v) => {
		if (v === null || v === undefined) return "–";
		const a = Math.abs(v);
		if (a !== 0 && (a >= 1e15 || a < 1e-4)) return v.toExponential(3).replace(/-/g, "−");
		const places = Number.isInteger(v) ? 0 : Math.min(Math.max(4 - Math.floor(Math.log10(a || 1)), 0), 6);
		let [whole, part] = a.toFixed(places).split(".");
		part = (part ?? "").replace(/0+$/, "");
		if (whole.length > 4) whole = whole.replace(/\B(?=(\d{3})+$)/g, signs.group);
		const zero = Number(whole.replace(/\D/g, "")) === 0 && part === "";
		return (v < 0 && !zero ? "−" : "") + whole + (part ? signs.decimal + part : "");
	};

	// ---- one chart ----

	function chart(figure) {
		const home = { from: Number(figure.dataset.from), to: Number(figure.dataset.to) };
		const follow = figure.dataset.follow !== undefined;
		const signs = { decimal: figure.dataset.decimal || ".", group: figure.dataset.group || "\u202f" };
		const say = reading(signs);
		const opened = Date.now();
		let view = { ...home };
		let zoomed = false;
		let asked = null; // the running question
		let timer = 0;

		const panes = [...figure.querySelectorAll("[data-pane]")].map((el) => ({
			plot: el.querySelector("[data-pane-plot]"),
			pens: [...el.querySelectorAll("[data-pen]")].map((li) => ({
				li,
				tag: li.dataset.pen,
				value: li.querySelector("[data-pen-value]"),
				dash: li.dataset.dash === "none" ? [] : li.dataset.dash.split(" ").map(Number),
				low: li.dataset.low === undefined ? null : Number(li.dataset.low),
				high: li.dataset.high === undefined ? null : Number(li.dataset.high),
			})),
			chart: null,
			data: null,
		}));
		const bound = () => figure.dataset.now === undefined ? Infinity : Number(figure.dataset.now) + (Date.now() - opened) / 1000;

		// ---- data ----

		const ask = async (pen, signal) => {
			const url = new URL(figure.dataset.api, location.href);
			url.searchParams.set("tag", pen.tag);
			url.searchParams.set("from", new Date(view.from * 1000).toISOString());
			url.searchParams.set("to", new Date(view.to * 1000).toISOString());
			url.searchParams.set("points", "1000");
			const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
			if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
			return answer.json();
		};
		const table = (answers) => uPlot.join(answers.map((a) => [a.start, a.mean, a.min, a.max]), answers.map(() => [2, 2, 2]));

		const trouble = (text) => {
			const p = figure.querySelector("[data-chart-trouble]");
			p.textContent = text;
			p.hidden = text === "";
		};
		const load = async () => {
			asked?.abort();
			const mine = asked = new AbortController();
			try {
				const answers = await Promise.all(panes.map((pane) => Promise.all(pane.pens.map((pen) => ask(pen, mine.signal)))));
				if (mine.signal.aborted) return;
				panes.forEach((pane, i) => {
					pane.data = table(answers[i]);
					draw(pane);
				});
				trouble("");
			} catch (err) {
				if (mine.signal.aborted) return;
				trouble(`The values could not be fetched: ${err.message}. What is drawn may be old.`);
			}
			if (asked === mine) asked = null;
		};

		// ---- range ----

		const ranges = figure.querySelectorAll(".ranges a");
		const current = figure.querySelector(".ranges a[aria-current]");
		const showSpan = () => {
			figure.querySelector("[data-chart-span]").textContent = spanOf(view.from, view.to);
			const reset = figure.querySelector('[data-chart-do="reset"]');
			if (reset) reset.disabled = !zoomed;
			// A range that was zoomed away from is not the one that is shown.
			for (const a of ranges) a.toggleAttribute("aria-current", false);
			if (!zoomed && current) current.setAttribute("aria-current", "true");
		};
		const keepURL = () => {
			const url = new URL(location.href);
			for (const name of ["from", "to"]) {
				if (zoomed) url.searchParams.set(name, new Date(view[name] * 1000).toISOString().replace(/\.\d+Z/, "Z"));
				else url.searchParams.delete(name);
			}
			history.replaceState(null, "", url);
		};
		const original = location.href;
		const go = (from, to) => {
			const width = Math.max(to - from, 1);
			const end = Math.min(to, bound());
			view = { from: end - width, to: end };
			zoomed = true;
			for (const pane of panes) pane.chart?.setScale("x", { min: view.from, max: view.to });
			showSpan();
			keepURL();
			clearTimeout(timer);
			timer = setTimeout(load, 120);
		};
		const reset = () => {
			view = follow ? { from: bound() - (home.to - home.from), to: bound() } : { ...home };
			zoomed = false;
			showSpan();
			history.replaceState(null, "", original);
			load();
		};
		const steps = {
			earlier: (w) => go(view.from - w / 4, view.to - w / 4),
			later: (w) => go(view.from + w / 4, view.to + w / 4),
			in: (w) => go(view.from + w / 4, view.to - w / 4),
			out: (w) => go(view.from - w / 2, view.to + w / 2),
			reset: () => reset(),
		};
		const step = (name) => steps[name](view.to - view.from);

		// ---- drawing ----

		const hatch = (ctx, ground, line) => {
			const size = Math.round(8 * devicePixelRatio);
			const tile = document.createElement("canvas");
			tile.width = tile.height = size;
			const t = tile.getContext("2d");
			t.fillStyle = ground;
			t.fillRect(0, 0, size, size);
			t.strokeStyle = line;
			t.lineWidth = 1.2 * devicePixelRatio;
			t.beginPath();
			for (const k of [-size, 0, size]) {
				t.moveTo(k - 2, size + 2);
				t.lineTo(k + size + 2, -2);
			}
			t.stroke();
			return ctx.createPattern(tile, "repeat");
		};

		// Under the lines: the normal band, and the stretches in which no pen is known.
		const ground = (pane) => (u) => {
			const { ctx, bbox } = u;
			ctx.save();
			ctx.beginPath();
			ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
			ctx.clip();
			for (const pen of pane.pens) {
				if (pen.low === null || pen.high === null) continue;
				const top = u.valToPos(pen.high, "y", true);
				ctx.fillStyle = css(figure, "--sunken");
				ctx.globalAlpha = 0.6;
				ctx.fillRect(bbox.left, top, bbox.width, u.valToPos(pen.low, "y", true) - top);
				ctx.globalAlpha = 1;
			}
			ctx.fillStyle = hatch(ctx, css(figure, "--hatch-a"), css(figure, "--hatch-b"));
			const xs = u.data[0];
			const known = (i) => pane.pens.some((_, p) => u.data[1 + 3 * p][i] !== null && u.data[1 + 3 * p][i] !== undefined);
			for (let i = 0; i < xs.length; i++) {
				if (known(i)) continue;
				const from = xs[i];
				while (i < xs.length && !known(i)) i++;
				const to = i < xs.length ? xs[i] : view.to;
				const left = u.valToPos(from, "x", true);
				ctx.fillRect(left, bbox.top, u.valToPos(to, "x", true) - left, bbox.height);
			}
			ctx.restore();
		};

		const timeLabels = (u, splits, axis, space, incr) => splits.map((s) => {
			if (s === null) return "";
			const midnight = minute.format(s * 1000) === "00:00";
			if (incr >= 86400 || (midnight && incr >= 60)) return day.format(s * 1000);
			return (incr < 60 ? second : minute).format(s * 1000);
		});

		const series = (pane) => [{}].concat(...pane.pens.map((pen) => {
			const ink = css(pen.li, "--pen");
			const edge = { stroke: "transparent", width: 0, points: { show: false } };
			return [
				{ stroke: ink, width: 1.5, dash: pen.dash, points: { show: false } },
				edge,
				{ ...edge },
			];
		}));

		const showValues = (pane) => (u) => {
			const i = u.cursor.idx;
			pane.pens.forEach((pen, p) => {
				if (pen.last === undefined) pen.last = pen.value.textContent;
				pen.value.textContent = i === null || i === undefined ? pen.last : say(u.data[1 + 3 * p][i]);
			});
			if (i === null || i === undefined) showSpan();
			else figure.querySelector("[data-chart-span]").textContent = `${moment(u.data[0][i])}`;
		};

		const options = (pane) => {
			const font = `${0.75 * rem()}px Inter, system-ui, sans-serif`;
			const line = css(figure, "--line");
			const axis = { stroke: css(figure, "--muted"), font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
			return {
				width: pane.plot.clientWidth,
				height: pane.plot.clientHeight,
				padding: [8, 1.25 * rem(), 0, 0],
				legend: { show: false },
				tzDate: (s) => uPlot.tzDate(new Date(s * 1000), zone),
				scales: { x: { range: () => [view.from, view.to] } },
				axes: [
					{ ...axis, size: 1.875 * rem(), gap: 8, space: 5 * rem(), values: timeLabels },
					{ ...axis, size: 3.5 * rem(), gap: 8, values: (u, splits) => splits.map(say) },
				],
				series: series(pane),
				bands: pane.pens.map((pen, p) => ({ series: [3 + 3 * p, 2 + 3 * p], fill: `${css(pen.li, "--pen")}2E` })),
				cursor: {
					sync: { key: figure.id },
					drag: { x: true, y: false, setScale: false },
					points: { show: false },
					bind: { dblclick: () => () => reset() },
				},
				hooks: {
					drawClear: [ground(pane)],
					setCursor: [showValues(pane)],
					setSelect: [(u) => {
						if (u.select.width < 4) return;
						const from = u.posToVal(u.select.left, "x");
						const to = u.posToVal(u.select.left + u.select.width, "x");
						u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
						go(from, to);
					}],
				},
			};
		};

		const draw = (pane) => {
			if (pane.chart) {
				pane.chart.setData(pane.data);
				return;
			}
			pane.plot.replaceChildren();
			pane.chart = new uPlot(options(pane), pane.data, pane.plot);
		};
		const redraw = () => {
			for (const pane of panes) {
				if (!pane.data) continue;
				pane.chart?.destroy();
				pane.chart = null;
				draw(pane);
			}
		};

		// ---- hands ----

		const keys = { ArrowLeft: "earlier", ArrowRight: "later", "+": "in", "=": "in", "-": "out", Home: "reset", Escape: "reset" };
		figure.addEventListener("keydown", (e) => {
			if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey || !e.target.matches("[data-pane-plot]")) return;
			e.preventDefault();
			step(keys[e.key]);
		});
		figure.addEventListener("click", (e) => {
			const button = e.target.closest("[data-chart-do]");
			if (button) step(button.dataset.chartDo);
		});
		document.addEventListener("theme", redraw);
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
		const sizes = new ResizeObserver(() => {
			for (const { chart, plot } of panes) {
				if (chart && plot.clientWidth > 0 && (chart.width !== plot.clientWidth || chart.height !== plot.clientHeight)) {
					chart.setSize({ width: plot.clientWidth, height: plot.clientHeight });
				}
			}
		});
		for (const { plot } of panes) sizes.observe(plot);

		// A chart that ends now moves on with time, unless the reader looks at something.
		if (follow) {
			const pace = Math.min(Math.max((home.to - home.from) / 500, 5), 60) * 1000;
			setInterval(() => {
				if (zoomed || document.hidden || asked || figure.matches(":hover")) return;
				view = { from: bound() - (home.to - home.from), to: bound() };
				showSpan();
				load();
			}, pace);
		}
		showSpan();
		load();
	}

	for (const figure of document.querySelectorAll("[data-chart]")) chart(figure);

	// Other tags are drawn over the range that is looked at.
	document.querySelector("form.picker")?.addEventListener("formdata", (e) => {
		const asked = new URL(location.href).searchParams;
		for (const name of ["from", "to", "range"]) if (asked.has(name)) e.formData.set(name, asked.get(name));
	});
})();
