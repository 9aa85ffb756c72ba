// Reads a list of diagrams as JSON from standard input, and says of each what mermaid says of it. The argument is the folder that
// npm installed mermaid and jsdom in: mermaid wants a document, also where it only parses.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const modules = join(resolve(process.argv[2]), "node_modules");
const { JSDOM } = createRequire(join(modules, "jsdom", "package.json"))("jsdom");
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const core = join(modules, "mermaid", "dist", "mermaid.core.mjs");
const { default: mermaid } = await import(pathToFileURL(core).href);

const said = [];
for (const diagram of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const { diagramType } = await mermaid.parse(diagram);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram);
    said.push({ type: diagramType, entities: [...db.getEntities().keys()] });
  } catch (error) {
    said.push({ error: String(error.message ?? error) });
  }
}
console.log(JSON.stringify(said));
