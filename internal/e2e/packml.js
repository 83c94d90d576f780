// A packer as its maker delivers it: a node-opcua server with the PackML model (OPC 30050), whose state only its nested
// state machines tell: those that are not at work say BadStateNotActive. Three words on its standard input are what the
// innermost, the one around it and the outermost say; "-" is one that is not at work.
"use strict";
const say = (line) => process.stdout.write(`${line}\n`);
console.log = console.error; // the library prints there, and the standard output is for the test
const path = require("node:path");
const readline = require("node:readline");
const opcua = require(process.env.NODE_OPCUA);
const { DataType, LocalizedText, StatusCodes, Variant, nodesets } = opcua;

const word = (text) => new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ text }) });
const nothing = new Variant({ dataType: DataType.LocalizedText, value: null });

async function main() {
  const serverCertificateManager = new opcua.OPCUACertificateManager({
    rootFolder: path.join(process.env.MACHINE_FOLDER, "pki"),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });
  await serverCertificateManager.initialize();
  const server = new opcua.OPCUAServer({
    hostname: "127.0.0.1",
    port: Number(process.env.MACHINE_PORT),
    nodeset_filename: [nodesets.standard, nodesets.packML],
    serverInfo: { applicationUri: "urn:example:packer", productUri: "urn:example:packer" },
    serverCertificateManager,
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  const model = space.getNamespaceIndex("http://opcfoundation.org/UA/PackML/");
  const packer = space.findObjectType("PackMLBaseObjectType", model).instantiate({
    browseName: "Packer",
    namespace: space.registerNamespace("urn:example:packer"),
    organizedBy: space.rootFolder.objects,
    optionals: ["BaseStateMachine.MachineState", "BaseStateMachine.MachineState.ExecuteState"],
  });
  const base = packer.getComponentByName("BaseStateMachine", model);
  const machine = base.getChildByName("MachineState", model);
  const all = [machine.getChildByName("ExecuteState", model), machine, base].map((m) => m.getChildByName("CurrentState", 0));
  const show = (words) =>
    all.forEach((node, i) => (words[i] === "-" ? node.setValueFromSource(nothing, StatusCodes.BadStateNotActive) : node.setValueFromSource(word(words[i]))));
  show(["Execute", "Running", "Cleared"]);
  await server.start();
  readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => show(line.split(" ")))
    .on("close", () => process.exit(0));
  say("ready");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
