"use strict";
// The page: takes files, asks the worker, shows what it answers, and gives files back. Nothing leaves it.
{
  const PATIENCE = 120000; // milliseconds for one file; a large one takes two seconds
  const STARTING = 300000;
  const MOST_BYTES = 128 * 2 ** 20;
  const FORM_FILES = ["form.toml", "report.md.j2", "reference.docx"];
  const DIED = "读取出错或用时过长。请在 Excel、WPS 或 Word 中打开并另存后再试。";
  const SEVERITIES = document.querySelector("#overview").dataset.severities.split(" ");
  const $ = selector => document.querySelector(selector);
  const make = (name, text = "", attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // ------------------------------------------------------------------------------------------------ the state, for people and programs
  const show = (state, text) => {
    $("#state").dataset.state = state;
    $("#state").textContent = text;
    for (const button of document.querySelectorAll("[data-action]")) button.disabled = state === "loading" || (state === "busy" && !noting);
  };
  let noting = false; // an explanation: who has typed it may click a button at once, which waits for its turn
  const tell = (lines, ...more) => {
    $("#told").replaceChildren(...lines.map(line => make("p", line)), ...more);
  };

  // --------------------------------------------------------------------------------------------------------------- the worker
  let worker = null;
  let bundle = null;
  let numbers = 0;
  let ownForm = null;
  const waiting = new Map();

  const decode = text => {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  };

  const send = (action, request, bytes, patience = PATIENCE) => new Promise((resolve, reject) => {
    const number = ++numbers;
    const timer = setTimeout(() => stop("timeout"), patience);
    waiting.set(number, { resolve, reject, timer });
    worker.postMessage({ number, action, request, bytes });
  });

  const stop = reason => {
    worker?.terminate();
    worker = null;
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(new Error(reason));
    }
    waiting.clear();
  };

  const start = async () => {
    bundle ??= decode($("#bundle").textContent);
    $("#bundle").textContent = "";
    const source = new Blob([$("#worker").textContent], { type: "text/javascript" });
    worker = new Worker(URL.createObjectURL(source));
    worker.onerror = event => stop(event.message || "worker");
    worker.onmessage = ({ data: { number, answer, file, fatal } }) => {
      const asked = waiting.get(number);
      if (!asked) return;
      if (fatal) {
        console.warn(fatal);
        stop(fatal);
        return;
      }
      clearTimeout(asked.timer);
      waiting.delete(number);
      asked.resolve({ ...answer, file });
    };
    await send("start", {}, [bundle], STARTING);
    if (ownForm) await send("form", { names: ownForm.map(one => one.name) }, ownForm.map(one => one.bytes));
  };

  // what kills the worker costs a restart; whoever asked for it is told
  const ask = async (action, request, bytes) => {
    if (!worker) await start();
    try {
      return await send(action, { ...request, form: $("#form").value }, bytes);
    } catch {
      return { error: DIED, died: true };
    }
  };

  // one piece of work after the other
  let last = Promise.resolve();
  const work = (text, job) => {
    last = last.then(async () => {
      show("busy", text);
      try {
        show(...await job());
      } catch (fault) {
        show("failed", `未完成：${fault.message}。请刷新本页再试。`);
      } finally {
        noting = false;
      }
    });
    return last;
  };

  // ---------------------------------------------------------------------------------------------------------------- the files
  let entries = [];
  let previous = null;

  const load = async file => {
    if (file.size > MOST_BYTES) return { name: file.name, explanations: {}, error: "文件过大，不像一份年度报告。请确认是否选错文件。" };
    try {
      return { name: file.name, explanations: {}, bytes: new Uint8Array(await file.arrayBuffer()) };
    } catch {
      return { name: file.name, explanations: {}, error: "读取不了这个文件。请确认拖进来的是文件，不是文件夹。" };
    }
  };
  const withPrevious = entry => {
    const all = previous ? [entry, previous] : [entry];
    return [{ names: all.map(one => one.name), explanations: entry.explanations }, all.map(one => one.bytes)];
  };

  const refused = (entry, number, reason) => {
    const article = make("article", "", { id: `r${number}`, "data-report": entry.name, class: "unreadable", tabindex: "-1" });
    article.append(make("h2", entry.name), make("p", `无法读取：${reason}`, { class: "first" }));
    return article;
  };

  const checkOne = async (entry, number) => {
    let answer = { error: entry.error };
    if (!entry.error) {
      const [request, bytes] = withPrevious(entry);
      answer = await ask("check", { ...request, number }, bytes);
    }
    entry.told = answer;
    let article;
    if (answer.error) {
      article = refused(entry, number, answer.error);
    } else {
      const holder = make("template");
      holder.innerHTML = answer.html; // made by xltools, which escapes all text; the policy of this page runs nothing of it
      article = holder.content.firstElementChild;
      if (!answer.unreadable) furnish(article, entry, number);
    }
    answer.html = "";
    const finding = entry.article?.contains(document.activeElement) ? document.activeElement.closest("[data-finding]") : null;
    const typing = document.activeElement.matches("textarea");
    entry.article?.isConnected ? entry.article.replaceWith(article) : $("#results").append(article);
    entry.article = article;
    const again = finding && article.querySelector(`[data-key="${CSS.escape(finding.dataset.key)}"]`);
    if (again && typing) again.querySelector("details").open = true;
    (again && typing ? again.querySelector("textarea") : again)?.focus({ preventScroll: true });
  };

  const furnish = (article, entry, number) => {
    const bar = make("p", "", { class: "actions" });
    for (const [action, text] of [["docx", "导出 Word"], ["html", "导出网页"], ["json", "导出数据文件"], ["annotated", "下载批注版"]]) {
      const button = make("button", text, { type: "button", "data-action": action });
      button.addEventListener("click", () => give(action, entry));
      bar.append(button);
    }
    article.querySelector(".first").after(bar);
    for (const item of article.querySelectorAll("[data-finding]")) {
      const label = make("label", "写明原因：");
      const input = make("textarea", "", { rows: "1" });
      const standing = item.querySelector(":scope > .explanation")?.textContent.replace(/^说明：/, "");
      input.value = entry.explanations[item.dataset.key] ?? standing ?? "";
      input.addEventListener("input", () => { entry.explanations[item.dataset.key] = input.value.trim(); });
      input.addEventListener("change", () => explain(entry, number, item.dataset.key, input.value.trim()));
      label.append(input);
      const details = make("details");
      details.open = Boolean(input.value);
      details.append(make("summary", "数字无误，保留"), label);
      const below = item.querySelector(":scope > ol");
      item.insertBefore(details, below?.previousElementSibling ?? null);
    }
  };

  const explain = (entry, number, key, text) => {
    entry.explanations[key] = text;
    noting = true;
    return work("正在重新检查……", async () => {
      if (entries.includes(entry)) await checkOne(entry, number);
      overview();
      return ["done", "说明已记下。要把说明带走，请下载批注版。"];
    });
  };

  const overview = () => {
    $("#overview").replaceChildren();
    if (entries.length < 2) return;
    const head = make("tr");
    for (const name of ["序号", "单位", "报告年度", ...SEVERITIES]) head.append(make("th", name, { scope: "col" }));
    const rows = entries.filter(entry => entry.told).map((entry, index) => {
      const row = make("tr");
      const told = entry.told;
      const readable = !told.error && !told.unreadable;
      const title = make("th", "", { scope: "row", class: "left" });
      title.append(make("a", told.unit || entry.name, { href: `#r${index + 1}` }));
      row.append(make("td", index + 1), title, make("td", told.year ?? ""));
      for (const severity of ["error", "warning", "notice"]) row.append(make("td", readable ? told.counts[severity] : "—"));
      return row;
    });
    const table = make("table", "", { class: "overview" });
    table.append(make("caption", "各份报告"), make("thead"), make("tbody"));
    table.tHead.append(head);
    table.tBodies[0].append(...rows);
    $("#overview").append(table);
  };

  // a form of one's own: its files, dropped alone or with reports, serve until the page is closed
  const useForm = async files => {
    const loaded = await Promise.all(files.map(load));
    const answer = await ask("form", { names: loaded.map(one => one.name) }, loaded.map(one => one.bytes));
    if (answer.error) return answer.error;
    ownForm = loaded;
    const option = $("#form option[value=own]") ?? make("option", "", { value: "own" });
    option.textContent = `自备表式：${answer.title}`;
    $("#form").append(option);
    $("#form").value = "own";
    return "";
  };

  const check = dropped => work("正在读取……", async () => {
    const ofForm = dropped.filter(file => FORM_FILES.includes(file.name));
    const files = dropped.filter(file => !ofForm.includes(file));
    if (ofForm.length) {
      const fault = await useForm(ofForm);
      tell(fault ? [fault] : []);
      if (fault) return ["failed", "自备的表式有误，没有使用。"];
      if (!files.length) return ["done", `使用${$("#form option[value=own]").textContent}。`];
    }
    entries = await Promise.all(files.map(load));
    $("#results").replaceChildren();
    $("#overview").replaceChildren();
    tell([]);
    let number = 0;
    for (const entry of entries) {
      show("busy", `正在检查 ${++number}/${entries.length}：${entry.name}`);
      await checkOne(entry, number);
    }
    overview();
    const bad = entries.filter(entry => entry.told.error || entry.told.unreadable).length;
    const errors = entries.reduce((sum, entry) => sum + (entry.told.counts?.error ?? 0), 0);
    offer();
    return ["done", `已检查${entries.length}份${bad ? `，${bad}份无法读取` : ""}${errors ? `，${SEVERITIES[0]}${errors}项` : ""}。`];
  });

  // ------------------------------------------------------------------------------------------------------------ giving files back
  const TYPES = {
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    html: "text/html",
    json: "application/json",
  };
  const stem = name => name.replace(/\.[^.]*$/, "");
  const save = (bytes, name) => {
    const address = URL.createObjectURL(new Blob([bytes], { type: TYPES[name.split(".").pop()] }));
    make("a", "", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };

  const deliver = async (action, request, bytes, title, more) => {
    const name = title.replace(/[<>:"/\\|?*]/g, "_");
    const answer = await ask(action, request, bytes);
    if (answer.error) {
      tell([answer.error], ...(more && !answer.died ? [more] : []));
      return ["failed", answer.error];
    }
    tell(answer.remarks ?? []);
    save(answer.file, name);
    return ["done", `已生成 ${name}，在浏览器的下载文件夹里。`];
  };

  const give = (action, entry, draft = false) => work("正在生成……", async () => {
    const [request, bytes] = withPrevious(entry);
    if (action === "annotated") return deliver("annotate", request, bytes, `${stem(entry.name)}-批注.xlsx`);
    const again = make("button", "改为导出草稿", { type: "button" });
    again.addEventListener("click", () => give(action, entry, true));
    const offered = action === "json" || draft ? null : again;
    const name = `${stem(entry.name)}${draft ? "-草稿" : ""}.${action}`;
    return deliver("export", { ...request, kind: action, draft }, bytes, name, offered);
  });

  const yearAsked = () => Number.parseInt($("#year").value, 10) || 0;
  const unitAsked = () => $("#unit").value.trim();
  const readable = () => entries.filter(entry => entry.bytes && entry.told && !entry.told.error && !entry.told.unreadable);
  const offer = () => {
    $("#many").hidden = readable().length + (previous ? 1 : 0) < 2;
  };

  const template = () => work("正在生成……", async () => {
    if (!yearAsked()) {
      tell(["请先填写报告年度，如 2024。"]);
      return ["failed", "没有生成。"];
    }
    const all = previous ? [previous] : [];
    const request = { names: all.map(one => one.name), year: yearAsked(), unit: unitAsked() };
    return deliver("template", request, all.map(one => one.bytes), `${unitAsked()}${$("#year").value}.xlsx`);
  });

  const compare = () => work("正在对比……", async () => {
    const all = [...(previous ? [previous] : []), ...readable()];
    if (all.length !== 2) {
      tell(["对比需要正好两份报告：两年各一份。"]);
      return ["failed", "没有对比。"];
    }
    return deliver("compare", { names: all.map(one => one.name) }, all.map(one => one.bytes), "对比.xlsx");
  });

  const sum = () => work("正在汇总……", async () => {
    const all = readable();
    const year = yearAsked() || all[0]?.told.year;
    if (!unitAsked()) {
      tell(["请先在上面填写汇总单位的名称和年度。"]);
      return ["failed", "没有汇总。"];
    }
    const request = { names: all.map(one => one.name), unit: unitAsked(), year };
    return deliver("sum", request, all.map(one => one.bytes), `${unitAsked()}${year}-汇总.xlsx`);
  });

  // ------------------------------------------------------------------------------------------------------------- what is clicked and dropped
  for (const [action, job] of Object.entries({ template, compare, sum })) {
    $(`[data-action=${action}]`).addEventListener("click", job);
  }
  // an input that stays filled would not tell when the same file, corrected, is chosen again
  const chosen = input => {
    const files = [...input.files];
    input.value = "";
    return files;
  };
  const usePrevious = file => work("正在读取……", async () => {
    const loaded = file ? await load(file) : null;
    const answer = loaded?.bytes ? await ask("read", { names: [loaded.name] }, [loaded.bytes]) : loaded;
    previous = answer?.error ? null : loaded;
    $("#previous-name").textContent = previous ? `已选：${previous.name}` : "";
    $("#previous-none").hidden = !previous;
    tell(answer?.error ? [`上年度的报告 ${file.name} 无法读取：${answer.error}`] : []);
    let number = 0;
    for (const entry of entries) await checkOne(entry, ++number);
    overview();
    offer();
    if (answer?.error) return ["failed", "上年度的报告未识别。"];
    return ["done", previous ? `上年度的报告：${previous.name}。` : "没有选上年度的报告。"];
  });
  $("#files").addEventListener("change", event => check(chosen(event.target)));
  $("#previous").addEventListener("change", event => usePrevious(chosen(event.target)[0]));
  $("#previous-none").addEventListener("click", () => usePrevious(null));
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, event => {
      event.preventDefault();
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      const target = event.target.closest?.("#previous-drop") ? $("#previous") : $("#files");
      target.files = event.dataTransfer.files;
      target.dispatchEvent(new Event("change"));
    });
  }

  $("#year").value = new Date().getFullYear() - 1;
  const began = performance.now();
  show("loading", "正在启动，请稍等……");
  last = start().then(
    () => show("ready", `可以使用了（启动用了${((performance.now() - began) / 1000).toFixed(1)}秒）。`),
    fault => show("failed", `不能启动：${fault.message}。请换用较新的 Edge、Chrome、火狐或 360 浏览器极速模式。`),
  );
}
