// Runs xltools in a worker: unpacks what the page brings, starts Python, and answers one request after the other.
const NOWHERE = "https://page.invalid/"; // never asked: whatever is fetched from there is at hand already
const SITE = "/lib/python3.14/site-packages/";
let python;

async function unpack(bundle) {
  const stream = new Blob([bundle]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = bytes.indexOf(10);
  const files = new Map();
  let at = end + 1;
  for (const [name, size] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))) {
    files.set(name, bytes.subarray(at, at += size));
  }
  return files;
}

async function start(bundle) {
  const files = await unpack(bundle);
  const module = name => import(URL.createObjectURL(new Blob([files.get(name)], { type: "text/javascript" })));
  self.fetch = async address => {
    const name = String(address).slice(NOWHERE.length);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files.get(name), { headers: { "Content-Type": type } });
  };
  self.importScripts = () => { throw new Error("not here"); }; // Pyodide tries it, and the policy of the page forbids it
  const { loadPyodide } = await module("pyodide.mjs");
  const { default: createPyodideModule } = await module("pyodide.asm.mjs");
  const pyodide = await loadPyodide({
    indexURL: NOWHERE,
    createPyodideModule,
    lockFileContents: JSON.parse(new TextDecoder().decode(files.get("pyodide-lock.json"))),
  });
  for (const [name, bytes] of files) {
    if (!name.startsWith("site/")) continue;
    const path = SITE + name.slice(5);
    pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    pyodide.FS.writeFile(path, bytes);
  }
  python = pyodide.pyimport("page_answers");
}

self.onmessage = async ({ data: { number, action, request, bytes } }) => {
  try {
    if (action === "start") {
      await start(bytes[0]);
      self.postMessage({ number, answer: {} });
      return;
    }
    const pair = python.answer(action, JSON.stringify(request), bytes);
    const [told, file] = pair.toJs();
    pair.destroy();
    self.postMessage({ number, answer: JSON.parse(told), file });
  } catch (fault) {
    // Python answers whatever is wrong with a file; what comes here has broken the program itself
    self.postMessage({ number, fatal: String(fault) });
  }
};
