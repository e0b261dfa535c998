// Charts are drawn from the table under them, and a screen follows its stream.
// Every page works without this file: the tables are the figures.
"use strict";
(() => {
  const dark = document.documentElement.classList.contains("screen");
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  const palette = ["--c1", "--c2", "--c3", "--c4", "--c5"].map(colour);
  const ink = colour("--cink"), rule = colour("--cline");
  const text = (e) => e.textContent.trim();

  const option = (kind, table) => {
    const heads = Array.from(table.tHead.rows[0].cells).slice(1).map(text);
    const rows = Array.from(table.tBodies[0].rows);
    const labels = rows.map((r) => text(r.cells[0]));
    const series = heads.map((name, i) => ({
      name, type: kind === "line" ? "line" : "bar", stack: kind === "stack" ? "all" : undefined, barMaxWidth: 26, symbolSize: 6, smooth: false,
      data: rows.map((r) => { const v = r.cells[i + 1].dataset.v; return v === undefined ? null : Number(v); }),
    }));
    return {
      animation: false, color: palette, textStyle: { fontFamily: css.fontFamily, color: ink },
      grid: { left: 8, right: 12, top: 14, bottom: 6, containLabel: true }, // the table's head is the legend
      // rich text is drawn on the canvas: no markup, no inline style
      tooltip: { trigger: "axis", renderMode: "richText", confine: true },
      xAxis: { type: "category", data: labels, axisLabel: { color: ink, hideOverlap: true }, axisLine: { lineStyle: { color: rule } } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: rule } } },
      series,
    };
  };

  const draw = () => document.querySelectorAll("[data-chart]").forEach((box) => {
    const table = document.getElementById(box.dataset.of);
    if (!table || !window.echarts) return;
    const chart = echarts.getInstanceByDom(box) || echarts.init(box, null, { renderer: "canvas" });
    chart.setOption(option(box.dataset.chart, table), true);
    chart.resize();
  });
  draw();
  let wait;
  addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(draw, 150); });
  addEventListener("beforeprint", draw);

  const live = document.getElementById("live");
  if (live && live.dataset.live && window.EventSource) {
    const stream = new EventSource(live.dataset.live);
    stream.addEventListener("now", (e) => {
      const now = JSON.parse(e.data);
      live.textContent = new Date(now.at).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
      document.querySelectorAll("[data-key]").forEach((b) => {
        const v = now[b.dataset.key];
        if (v !== undefined) b.textContent = v.toLocaleString("zh-CN");
      });
    });
    stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) live.textContent = live.dataset.lost; });
    if (dark) setTimeout(() => location.reload(), 10 * 60 * 1000); // the charts follow every ten minutes
  }
})();
