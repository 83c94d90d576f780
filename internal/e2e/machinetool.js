// A machine tool as its maker delivers it: a node-opcua server with the OPC UA for Machine Tools model (OPC 40501-1),
// of which the program under test has been told nothing. It makes a part every second, in automatic mode; "stop" and
// "go" on its standard input interrupt its program and let it go on.
"use strict";
const say = (line) => process.stdout.write(`${line}\n`);
console.log = console.error; // the library prints there, and the standard output is for the test
const path = require("node:path");
const readline = require("node:readline");
const opcua = require(process.env.NODE_OPCUA);
const { DataType, LocalizedText, Variant, nodesets } = opcua;

const double = (value) => new Variant({ dataType: DataType.Double, value });
const uint = (value) => new Variant({ dataType: DataType.UInt32, value });
const int = (value) => new Variant({ dataType: DataType.Int32, value });
const word = (text) => new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ text }) });
const text = (value) => new Variant({ dataType: DataType.String, value });

async function main() {
  const folder = process.env.MACHINE_FOLDER;
  const serverCertificateManager = new opcua.OPCUACertificateManager({
    rootFolder: path.join(folder, "pki"),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });
  await serverCertificateManager.initialize();
  const server = new opcua.OPCUAServer({
    hostname: "127.0.0.1",
    port: Number(process.env.MACHINE_PORT),
    nodeset_filename: [nodesets.standard, nodesets.di, nodesets.ia, nodesets.machinery, nodesets.isa95JobControl, nodesets.machineryJobs, nodesets.machineTool],
    serverInfo: { applicationUri: "urn:example:machine-tool", productUri: "urn:example:machine-tool" },
    serverCertificateManager,
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  const model = space.getNamespaceIndex("http://opcfoundation.org/UA/MachineTool/");
  const machinery = space.getNamespaceIndex("http://opcfoundation.org/UA/Machinery/");
  const own = space.registerNamespace("urn:example:vf2");
  const machines = space.rootFolder.objects.getFolderElementByName("Machines", machinery) || space.rootFolder.objects;
  const tool = space.findObjectType("MachineToolType", model).instantiate({
    browseName: "VF-2",
    namespace: own,
    organizedBy: machines,
  });
  const production = tool.getComponentByName("Production", model);
  const program = production.getComponentByName("ActiveProgram", model);
  const add = (name, dataType, value) => {
    const v = own.addVariable({ componentOf: production, browseName: name, nodeId: `s=VF-2.${name}`, dataType, minimumSamplingInterval: 50 });
    v.setValueFromSource(value);
    return v;
  };
  const parts = add("PartsCompleted", "UInt32", uint(0));
  const rejected = add("PartsRejected", "UInt32", uint(0));
  const state = program.getComponentByName("State", model).getComponentByName("CurrentState", 0); // 8.4.6: Running, Interrupted
  state.setValueFromSource(word("Running"));
  const mode = tool.getComponentByName("Monitoring", model).getComponentByName("MachineTool", model).getChildByName("OperationMode", model);
  mode.setValueFromSource(int(1)); // automatic
  const load = add("SpindleLoad", "Double", double(40));
  add("<script>alert(1)</script>", "String", text("\"><img src=x onerror=alert(1)>"));
  const name = program.getPropertyByName("Name", 0) || program.getComponentByName("Name", 0) || program.getChildByName?.("Name");
  if (name) name.setValueFromSource(text("BRACKET-7"));
  await server.start();

  let made = 0;
  let running = true;
  setInterval(() => {
    load.setValueFromSource(double(running ? 35 + 10 * Math.random() : 0));
    if (!running) return;
    made++;
    parts.setValueFromSource(uint(made));
    if (made % 20 === 0) rejected.setValueFromSource(uint(made / 20));
  }, 1000);
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    running = line === "go";
    state.setValueFromSource(word(running ? "Running" : "Interrupted"));
  }).on("close", () => process.exit(0));
  say("ready");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
